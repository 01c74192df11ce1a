/** Where the source dictionaries are silent, wrong or contradict each other, and what the specification says. */
export interface Correction {
  /** What holds instead. */
  readonly facts: { readonly name?: string; readonly type?: string };
}

const type = (name: string): Correction => ({ facts: { type: name } });
const name = (text: string): Correction => ({ facts: { name: text } });

/**
 * By `vendorId:code`. Where two names are in use, Wireshark's is taken, so that filters read the same in both; the
 * specification's is in the comment.
 */
export const corrections: Record<string, Correction> = {
  // RFC 7155 sections 4.4.10.1 (Login-IP-Host: four octets of an IPv4 address, not of type Address), 4.1 and 4.5.
  '0:14': type('OctetString'),
  '0:29': name('Termination-Action'),
  '0:68': name('Tunnel-Connection-ID'),
  '0:407': type('QoSFilterRule'),
  // RFC 6733 sections 9.8.4, 9.8.5 (Acct-Multi-Session-Id), 7.1, 8.17, 8.9 and 6.10.
  '0:44': name('Acct-Session-Id'),
  '0:50': name('Accounting-Multi-Session-Id'),
  '0:268': type('Unsigned32'),
  '0:270': type('Unsigned32'),
  '0:291': type('Unsigned32'),
  '0:299': type('Unsigned32'),
  // RFC 4004 sections 7.3 and 7.10; RFC 7075 section 3.2.1; NASREQ drafts for 275.
  '0:275': type('DiameterIdentity'),
  '0:336': type('DiameterIdentity'),
  '0:342': type('IPFilterRule'),
  '0:620': type('DiameterIdentity'),
  // RFC 5777 sections 4.2.3 and 4.2.4; the codes with 3GPP's vendor are something else.
  '0:563': { facts: { name: 'Day-Of-Week-Mask', type: 'Unsigned32' } },
  '0:564': { facts: { name: 'Day-Of-Month-Mask', type: 'Unsigned32' } },
  // RFC 8583 section 7.3.
  '0:652': type('Unsigned64'),
  // TS 29.061 section 16.4.7.
  '10415:10': type('UTF8String'),
  '10415:11': type('OctetString'),
  // TS 29.234 sections 10.1.
  '10415:312': type('IPFilterRule'),
  '10415:316': type('DiameterURI'),
  '10415:317': type('DiameterURI'),
  // TS 29.214 section 5.3 and 5.4.
  '10415:524': type('OctetString'),
  '10415:532': type('UTF8String'),
  '10415:552': type('Unsigned64'),
  // TS 29.229 section 6.3: User-Data, SIP-Number-Auth-Items, SIP-Authentication-Scheme … without the prefix.
  '10415:606': name('Cx-User-Data'),
  '10415:607': name('3GPP-SIP-Number-Auth-Items'),
  '10415:608': name('3GPP-SIP-Authentication-Scheme'),
  '10415:609': name('3GPP-SIP-Authenticate'),
  '10415:610': name('3GPP-SIP-Authorization'),
  '10415:612': name('3GPP-SIP-Auth-Data-Item'),
  '10415:613': name('3GPP-SIP-Item-Number'),
  // TS 32.299 section 7.2: SIP-Method, Reporting-Reason, MMTel-SService-Type, the Indications, ISUP-Cause.
  '10415:824': name('3GPP-SIP-Method'),
  '10415:861': type('Integer32'),
  '10415:872': name('3GPP-Reporting-Reason'),
  '10415:885': type('Unsigned32'),
  '10415:1204': type('Enumerated'),
  '10415:1263': type('OctetString'),
  '10415:2031': { facts: { name: 'MMTel-Service-Type', type: 'Unsigned32' } },
  '10415:2032': type('Unsigned32'),
  '10415:2037': type('Integer32'),
  '10415:2039': type('Integer32'),
  '10415:2101': type('UTF8String'),
  '10415:2603': name('IP-Realm-Default-Indicator'),
  '10415:2604': name('Local-GW-Inserted-Indicator'),
  '10415:2605': name('Transcoder-Inserted-Indicator'),
  '10415:2708': type('UTF8String'),
  '10415:3010': name('Application-Port-Identifier'),
  '10415:3416': name('ISUP-Release-Cause'),
  // TS 29.212 section 5.3.
  '10415:1014': type('OctetString'),
  '10415:1036': type('IPFilterRule'),
  '10415:1059': type('IPFilterRule'),
  '10415:1089': type('DiameterIdentity'),
  '10415:1090': type('DiameterIdentity'),
  '10415:2823': type('Unsigned32'),
  '10415:2824': type('Unsigned32'),
  // TS 29.272 section 7.3 and TS 29.336 section 6.4, 8.4.
  '10415:1666': type('DiameterIdentity'),
  '10415:1684': type('DiameterIdentity'),
  '10415:3125': type('DiameterIdentity'),
  '10415:3942': type('DiameterIdentity'),
  // TS 29.173 section 6.4, TS 29.338 section 5.3.3 and TS 29.336.
  '10415:2409': type('DiameterIdentity'),
  '10415:2410': type('DiameterIdentity'),
  '10415:3101': type('DiameterIdentity'),
  '10415:3112': type('DiameterIdentity'),
  '10415:3340': type('DiameterIdentity'),
  '10415:3341': type('DiameterIdentity'),
  '10415:3342': type('DiameterIdentity'),
  '10415:3343': type('DiameterIdentity'),
  // ETSI ES 283 034.
  '13019:351': type('DiameterIdentity'),
};

/** Entries of one source alone that are filed under a vendor which the specification does not give them. */
export const misfiled: ReadonlySet<string> = new Set([
  '0:1503',
  '0:2805',
  '0:2806',
  '0:2812',
  '0:2819',
  '0:2843',
  '0:2904',
  '10415:458',
  '10415:486',
  '10415:493',
  '10415:4202',
]);

/** Names of the vendors that the dictionary has AVPs of. https://www.iana.org/assignments/enterprise-numbers */
export const vendorNames: Record<number, string> = {
  9: 'Cisco',
  11: 'Hewlett-Packard',
  42: 'Sun',
  94: 'Nokia',
  193: 'Ericsson',
  311: 'Microsoft',
  323: 'Tekelec',
  637: 'Alcatel-Lucent',
  2011: 'Huawei',
  2636: 'Juniper',
  4329: 'Siemens',
  5535: '3GPP2',
  5771: 'Cisco',
  8164: 'Starent',
  10415: '3GPP',
  12645: 'Vodafone',
  12951: 'Verizon',
  13019: 'ETSI',
  19444: 'Metaswitch',
  27640: 'Telefonica',
  28458: 'Nokia Siemens Networks',
  41897: 'Inovar',
  45687: 'oneM2M',
};
