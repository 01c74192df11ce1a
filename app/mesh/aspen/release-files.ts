import type { ChartFile, ReleaseChart } from './helm-release.ts';

/** A file name of a chart that stays inside its folder. */
const safeName = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/;

/**
 * A chart as files of a folder, from what a release keeps of it. Chart.yaml and values.yaml are written as JSON, which is
 * YAML: their comments were not kept. Subcharts are missing.
 *
 * @throws Error when a file would lead out of the folder
 */
export function releaseFiles(chart: ReleaseChart): readonly ChartFile[] {
  const json = (name: string, value: unknown) => ({
    name,
    bytes: new TextEncoder().encode(`${JSON.stringify(value)}\n`),
  });
  const files = [
    json('Chart.yaml', chart.metadata),
    json('values.yaml', chart.values),
    ...(chart.schema.length > 0 ? [{ name: 'values.schema.json', bytes: chart.schema }] : []),
    ...chart.templates,
    ...chart.files,
  ];
  const odd = files.find(({ name }) => !safeName.test(name));
  if (odd)
    throw new Error(`The chart in the release has a file ${JSON.stringify(odd.name)}, which leads out of its folder.`);
  return files;
}
