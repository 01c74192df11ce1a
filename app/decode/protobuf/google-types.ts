import { type FieldSchema, type FieldType, jsonNameOf, type MessageSchema, type ScalarType } from './schema.ts';

/**
 * Fields of the types that messages of any service may hold: the well-known types
 * (https://protobuf.dev/reference/protobuf/google.protobuf/) and the error details of google.rpc
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto).
 */
const FIELDS: Readonly<Record<string, string>> = {
  'google.protobuf.Any': 'string type_url = 1; bytes value = 2',
  'google.protobuf.Timestamp': 'int64 seconds = 1; int32 nanos = 2',
  'google.protobuf.Duration': 'int64 seconds = 1; int32 nanos = 2',
  'google.protobuf.Empty': '',
  'google.protobuf.FieldMask': 'repeated string paths = 1',
  'google.protobuf.Struct': 'map<string, google.protobuf.Value> fields = 1',
  'google.protobuf.ListValue': 'repeated google.protobuf.Value values = 1',
  'google.protobuf.Value':
    'int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4; ' +
    'google.protobuf.Struct struct_value = 5; google.protobuf.ListValue list_value = 6',
  'google.protobuf.DoubleValue': 'double value = 1',
  'google.protobuf.FloatValue': 'float value = 1',
  'google.protobuf.Int64Value': 'int64 value = 1',
  'google.protobuf.UInt64Value': 'uint64 value = 1',
  'google.protobuf.Int32Value': 'int32 value = 1',
  'google.protobuf.UInt32Value': 'uint32 value = 1',
  'google.protobuf.BoolValue': 'bool value = 1',
  'google.protobuf.StringValue': 'string value = 1',
  'google.protobuf.BytesValue': 'bytes value = 1',
  'google.rpc.Status': 'int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3',
  'google.rpc.ErrorInfo': 'string reason = 1; string domain = 2; map<string, string> metadata = 3',
  'google.rpc.RetryInfo': 'google.protobuf.Duration retry_delay = 1',
  'google.rpc.DebugInfo': 'repeated string stack_entries = 1; string detail = 2',
  'google.rpc.QuotaFailure': 'repeated google.rpc.QuotaFailure.Violation violations = 1',
  'google.rpc.QuotaFailure.Violation':
    'string subject = 1; string description = 2; string api_service = 3; string quota_metric = 4; string quota_id = 5; ' +
    'map<string, string> quota_dimensions = 6; int64 quota_value = 7; int64 future_quota_value = 8',
  'google.rpc.PreconditionFailure': 'repeated google.rpc.PreconditionFailure.Violation violations = 1',
  'google.rpc.PreconditionFailure.Violation': 'string type = 1; string subject = 2; string description = 3',
  'google.rpc.BadRequest': 'repeated google.rpc.BadRequest.FieldViolation field_violations = 1',
  'google.rpc.BadRequest.FieldViolation':
    'string field = 1; string description = 2; string reason = 3; google.rpc.LocalizedMessage localized_message = 4',
  'google.rpc.RequestInfo': 'string request_id = 1; string serving_data = 2',
  'google.rpc.ResourceInfo':
    'string resource_type = 1; string resource_name = 2; string owner = 3; string description = 4',
  'google.rpc.Help': 'repeated google.rpc.Help.Link links = 1',
  'google.rpc.Help.Link': 'string description = 1; string url = 2',
  'google.rpc.LocalizedMessage': 'string locale = 1; string message = 2',
};

const FIELD = /^(repeated )?(?:map<(\w+), )?([\w.]+)>? (\w+) = (\d+)$/;

function fieldOf(text: string): FieldSchema {
  const [, repeated, mapKey, typeName, name, number] = FIELD.exec(text)!;
  const type: FieldType = typeName!.includes('.')
    ? { kind: 'message', name: typeName! }
    : { kind: 'scalar', scalar: typeName as ScalarType };
  const common = { number: Number(number), name: jsonNameOf(name!), type, repeated: repeated !== undefined };
  return mapKey === undefined ? common : { ...common, mapKey: mapKey as ScalarType };
}

/** By full name. */
export const googleTypes: ReadonlyMap<string, MessageSchema> = new Map(
  Object.entries(FIELDS).map(([name, text]) => {
    const fields = text === '' ? [] : text.split('; ').map(fieldOf);
    return [name, { name, fields: new Map(fields.map((field) => [field.number, field])) }];
  }),
);
