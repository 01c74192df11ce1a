/** The formats flows can be saved in, by file extension. */
export const saveFormats = ['pcapng', 'pcap', 'ns.pcap', 'har'] as const;

export type SaveFormat = (typeof saveFormats)[number];

/** What each is called, and what it is for. */
export const saveFormatTexts: Readonly<Record<SaveFormat, { readonly name: string; readonly use: string }>> = {
  pcapng: { name: 'pcapng', use: 'packets with pods and names, for Wireshark' },
  pcap: { name: 'pcap', use: 'packets alone, for older programs' },
  'ns.pcap': { name: 'pcap with nanoseconds', use: 'packets alone, with times to the nanosecond' },
  har: { name: 'HAR', use: 'HTTP and gRPC calls, for browsers' },
};

/** The format that the extension of a path stands for; null for any other extension. */
export function saveFormatOf(path: string): SaveFormat | null {
  const name = path.toLowerCase();
  const formats = saveFormats.filter((format) => name.endsWith(`.${format}`));
  // `.ns.pcap` ends with `.pcap` too.
  return formats.at(-1) ?? null;
}
