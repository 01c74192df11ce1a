/** Rows of a chunk: 2^16, so that a row's chunk and place are a shift and a mask. */
const CHUNK_BITS = 16;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;

type NumberArray = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A column of numbers that grows without copying what is there. Rows that were never set are 0. */
export interface Column {
  readonly get: (row: number) => number;
  set(row: number, value: number): void;
  /** Memory that it holds. */
  bytes(): number;
}

/** Makes a column whose chunks are of one typed array: `createColumn(Float64Array)`. */
export function createColumn(Chunk: new (length: number) => NumberArray): Column {
  const chunks: NumberArray[] = [];
  return {
    get: (row) => chunks[row >>> CHUNK_BITS]![row & CHUNK_MASK]!,
    set(row, value) {
      while (row >>> CHUNK_BITS >= chunks.length) chunks.push(new Chunk(1 << CHUNK_BITS));
      chunks[row >>> CHUNK_BITS]![row & CHUNK_MASK] = value;
    },
    bytes: () => chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
  };
}
