/** Counted while capturing, since the VM started. */
export let exchangesSeen: u64 = 0;
export let messagesSeen: u64 = 0;

export function countExchange(): void {
  exchangesSeen++;
}

export function countMessage(): void {
  messagesSeen++;
}
