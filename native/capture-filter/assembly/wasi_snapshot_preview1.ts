/** Fills with random bytes. The only function that is used of WASI, whose module this file is named after. */
export declare function random_get(bytes: usize, size: u32): u32;
