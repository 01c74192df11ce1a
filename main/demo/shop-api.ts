import {
  type ChannelOptions,
  Client,
  credentials,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { resourceText } from '../resources.ts';

/** The services of resources/demo/shop.proto as grpc-js wants them. */
function serviceDefinitions(): ReadonlyMap<string, ServiceDefinition> {
  const schema = protobuf.parse(resourceText('demo', 'shop.proto')).root;
  schema.resolveAll();
  const definitions = new Map<string, ServiceDefinition>();
  for (const service of (schema.lookup('shop.v1') as protobuf.Namespace).nestedArray) {
    if (!(service instanceof protobuf.Service)) continue;
    const methods = service.methodsArray.map((method) => {
      const request = method.resolvedRequestType!;
      const answer = method.resolvedResponseType!;
      const codec = (type: protobuf.Type) => ({
        serialize: (value: object): Buffer => Buffer.from(type.encode(type.fromObject(value)).finish()),
        deserialize: (bytes: Buffer): object =>
          type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true }),
      });
      const [requestCodec, answerCodec] = [codec(request), codec(answer)];
      return [
        method.name,
        {
          path: `/shop.v1.${service.name}/${method.name}`,
          requestStream: method.requestStream === true,
          responseStream: method.responseStream === true,
          requestSerialize: requestCodec.serialize,
          requestDeserialize: requestCodec.deserialize,
          responseSerialize: answerCodec.serialize,
          responseDeserialize: answerCodec.deserialize,
        },
      ];
    });
    definitions.set(service.name, Object.fromEntries(methods) as ServiceDefinition);
  }
  return definitions;
}

let definitions: ReadonlyMap<string, ServiceDefinition> | null = null;

/** The definition of one service by its name in the proto file. */
export function shopService(name: string): ServiceDefinition {
  definitions ??= serviceDefinitions();
  const found = definitions.get(name);
  if (!found) throw new Error(`shop.proto has no service ${name}`);
  return found;
}

/** Serves one service on a local socket. */
export async function serveShopService(
  name: string,
  socket: string,
  implementation: UntypedServiceImplementation,
): Promise<Server> {
  const server = new Server();
  server.addService(shopService(name), implementation);
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  return server;
}

/** A client of one service through a local socket; `authority` is what the peer would be called by, `cart:7070`. */
export function shopClient(socket: string, authority: string): Client {
  const options: ChannelOptions = { 'grpc.default_authority': authority, 'grpc.enable_retries': 0 };
  return new Client(`unix:${socket}`, credentials.createInsecure(), options);
}

/** One unary call with a deadline in milliseconds. */
export function callUnary<Answer>(
  client: Client,
  service: string,
  method: string,
  request: object,
  metadata: import('@grpc/grpc-js').Metadata,
  deadline = 5_000,
): Promise<Answer> {
  const definition = shopService(service)[method]!;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      definition.path,
      definition.requestSerialize,
      definition.responseDeserialize as (bytes: Buffer) => Answer,
      request,
      metadata,
      { deadline: Date.now() + deadline },
      (error, answer) => (error ? reject(error) : resolve(answer!)),
    );
  });
}
