import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analysisObjects } from '../../../app/mesh/analysis-service.ts';
import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import { manifestSite } from './istio/survey.ts';
import { yamlDocuments } from './yaml-documents.ts';

it('holds objects as they are, each in a document of its own', () => {
  const own = analysisObjects(manifestSite(defaultCaptureOptions));
  const shared = { a: 'x: y\n# no comment', b: ['true', '1e3', 'null', ''] };
  const objects = [...own, { first: shared, second: shared }];
  const text = yamlDocuments(objects);
  expect(parseAllDocuments(text).map((document) => document.toJS())).toEqual(objects);
  expect(text).toContain('from:');
});
