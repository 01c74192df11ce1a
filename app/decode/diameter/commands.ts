/**
 * Command codes: what the abbreviation of request and answer begins with, and the name before `-Request` and `-Answer`.
 * IANA's registry of Diameter command codes, and 3GPP TS 29.230 section 6.
 */
const commands = new Map<number, readonly [stem: string, name: string]>([
  [257, ['CE', 'Capabilities-Exchange']],
  [258, ['RA', 'Re-Auth']],
  [260, ['AM', 'AA-Mobile-Node']],
  [262, ['HA', 'Home-Agent-MIP']],
  [265, ['AA', 'AA']],
  [268, ['DE', 'Diameter-EAP']],
  [271, ['AC', 'Accounting']],
  [272, ['CC', 'Credit-Control']],
  [274, ['AS', 'Abort-Session']],
  [275, ['ST', 'Session-Termination']],
  [280, ['DW', 'Device-Watchdog']],
  [282, ['DP', 'Disconnect-Peer']],
  // RFC 4740; 3GPP's Cx has commands of the same names from 300 on.
  [283, ['UA', 'User-Authorization']],
  [284, ['SA', 'Server-Assignment']],
  [285, ['LI', 'Location-Info']],
  [286, ['MA', 'Multimedia-Auth']],
  [287, ['RT', 'Registration-Termination']],
  [288, ['PP', 'Push-Profile']],
  [300, ['UA', 'User-Authorization']],
  [301, ['SA', 'Server-Assignment']],
  [302, ['LI', 'Location-Info']],
  [303, ['MA', 'Multimedia-Auth']],
  [304, ['RT', 'Registration-Termination']],
  [305, ['PP', 'Push-Profile']],
  [306, ['UD', 'User-Data']],
  [307, ['PU', 'Profile-Update']],
  [308, ['SN', 'Subscribe-Notifications']],
  [309, ['PN', 'Push-Notification']],
  [310, ['BI', 'Bootstrapping-Info']],
  [311, ['MP', 'Message-Process']],
  [312, ['GPI', 'GBAPush-Info']],
  [314, ['PD', 'Policy-Data']],
  [315, ['PI', 'Policy-Install']],
  [316, ['UL', 'Update-Location']],
  [317, ['CL', 'Cancel-Location']],
  [318, ['AI', 'Authentication-Information']],
  [319, ['ID', 'Insert-Subscriber-Data']],
  [320, ['DS', 'Delete-Subscriber-Data']],
  [321, ['PU', 'Purge-UE']],
  [322, ['RS', 'Reset']],
  [323, ['NO', 'Notify']],
  [324, ['EC', 'ME-Identity-Check']],
  [325, ['MI', 'MIP6']],
  [326, ['QA', 'QoS-Authorization']],
  [327, ['QI', 'QoS-Install']],
  [328, ['CU', 'Capabilities-Update']],
  [329, ['IKES', 'IKEv2-SK']],
  [330, ['NC', 'NAT-Control']],
  [8388620, ['PL', 'Provide-Location']],
  [8388621, ['LR', 'Location-Report']],
  [8388622, ['RI', 'LCS-Routing-Info']],
  [8388635, ['SL', 'Spending-Limit']],
  [8388636, ['SN', 'Spending-Status-Notification']],
  [8388637, ['TS', 'TDF-Session']],
  [8388638, ['UVL', 'Update-VCSG-Location']],
  [8388639, ['DA', 'Device-Action']],
  [8388640, ['DN', 'Device-Notification']],
  [8388641, ['SI', 'Subscriber-Information']],
  [8388642, ['CVL', 'Cancel-VCSG-Location']],
  [8388643, ['DT', 'Device-Trigger']],
  [8388644, ['DR', 'Delivery-Report']],
  [8388645, ['OF', 'MO-Forward-Short-Message']],
  [8388646, ['TF', 'MT-Forward-Short-Message']],
  [8388647, ['SR', 'Send-Routing-Info-for-SM']],
  [8388648, ['AL', 'Alert-Service-Centre']],
  [8388649, ['RD', 'Report-SM-Delivery-Status']],
  [8388656, ['TE', 'Trigger-Establishment']],
  [8388662, ['GA', 'GCS-Action']],
  [8388663, ['GN', 'GCS-Notification']],
  [8388664, ['PSI', 'ProSe-Subscriber-Information']],
  [8388665, ['UPS', 'Update-ProSe-Subscriber-Data']],
  [8388666, ['PNO', 'ProSe-Notify']],
  [8388718, ['CI', 'Configuration-Information']],
  [8388719, ['RI', 'Reporting-Information']],
  [8388720, ['NR', 'Non-Aggregated-RUCI-Report']],
  [8388721, ['AR', 'Aggregated-RUCI-Report']],
  [8388722, ['MC', 'Modify-Uecontext']],
  [8388726, ['NI', 'NIDD-Information']],
  [8388732, ['CM', 'Connection-Management']],
  [8388733, ['OD', 'MO-Data']],
  [8388734, ['TD', 'MT-Data']],
]);

/** `CCR` or `CCA` for 272; the code itself where no name is known. */
export function commandAbbreviation(code: number, request = true): string {
  const known = commands.get(code);
  return known === undefined ? String(code) : known[0] + (request ? 'R' : 'A');
}

/** `Credit-Control-Request (272)`; `Unknown-Request (4711)` where no name is known. */
export function commandTitle(code: number, request: boolean): string {
  return `${commands.get(code)?.[1] ?? 'Unknown'}-${request ? 'Request' : 'Answer'} (${code})`;
}

/** The code of a command by its name or abbreviation, as in `Credit-Control`, `CC`; undefined where there is none. */
export function commandCode(name: string): number | undefined {
  for (const [code, [stem, full]] of commands) if (full === name || stem === name) return code;
  return undefined;
}
