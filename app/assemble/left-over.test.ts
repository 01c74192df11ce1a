import { expect, it } from 'vitest';
import { leftOverOf } from './left-over.ts';

const nothing = {
  packets: 9,
  otherPackets: 0,
  unknownLinkPackets: 0,
  malformedPackets: 0,
  droppedFragments: 0,
  conversations: 3,
  unknownConversations: 0,
  tlsConversations: 0,
  ignoredBytes: 0,
};

it('says nothing when all became flows', () => {
  expect(leftOverOf(nothing)).toBeNull();
});

it('says what did not, and why', () => {
  expect(leftOverOf({ ...nothing, unknownConversations: 3, tlsConversations: 2, otherPackets: 1 })).toMatchObject({
    severity: 'note',
    text: 'Not shown as flows: 2 conversations are encrypted by TLS; 1 conversation is of another protocol; 1 packet is neither TCP nor SCTP.',
  });
});
