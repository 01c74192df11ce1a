/** Rows of a chunk: 2^16, so that a row's chunk and place are a shift and a mask. */
const CHUNK_BITS = 16;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_ROWS - 1;

/** Rows that the first chunk begins with: small sessions stay small. */
const FIRST_ROWS = 256;

type NumberArray = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A column of numbers that grows in chunks, and copies nothing once the first chunk is full. */
export interface Column {
  readonly get: (row: number) => number;
  /** Rows are first set in ascending order; those left out are 0. */
  set(row: number, value: number): void;
  /** Memory that it holds. */
  bytes(): number;
}

/** Makes a column whose chunks are of one typed array: `createColumn(Float64Array)`. */
export function createColumn(Chunk: new (length: number) => NumberArray): Column {
  const chunks: NumberArray[] = [new Chunk(FIRST_ROWS)];
  let capacity = FIRST_ROWS;

  function grow(): void {
    if (capacity >= CHUNK_ROWS) {
      chunks.push(new Chunk(CHUNK_ROWS));
      capacity += CHUNK_ROWS;
      return;
    }
    capacity *= 2;
    const larger = new Chunk(capacity);
    larger.set(chunks[0]!);
    chunks[0] = larger;
  }

  return {
    get: (row) => chunks[row >>> CHUNK_BITS]![row & CHUNK_MASK]!,
    set(row, value) {
      while (row >= capacity) grow();
      chunks[row >>> CHUNK_BITS]![row & CHUNK_MASK] = value;
    },
    bytes: () => chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
  };
}
