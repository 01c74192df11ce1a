import { FlowRecord, type Member } from './flow-record.ts';
import { pair } from './match.ts';
import type { Observation } from './observation.ts';
import { WaitingLine } from './waiting-line.ts';

/** Members of one join key that are compared with each other; a key that is used more often is not worth joining. */
const maximumGroup = 64;
/** Begins the key of an observation on the wire; join keys begin with other letters. */
const WIRE = 'w';

export interface JoinTableOptions {
  /** Observations kept for counterparts and names yet to come; the oldest groups are let go first. */
  readonly maximumWaiting: number;
  /** The same for those that other tools captured: they have no counterpart, and wait for names alone. */
  readonly maximumNameless: number;
  /** The record is new or its members changed. */
  readonly touched: (record: FlowRecord) => void;
  /** The record's only member went over to another record. */
  readonly removed: (record: FlowRecord) => void;
  /** Nothing will be joined with the record any more. */
  readonly settled: (record: FlowRecord) => void;
}

/** Joins the observations of one call into one record, whichever comes first, and parts them when better ones come. */
export class JoinTable {
  readonly #options: JoinTableOptions;
  readonly #groups = new Map<string, Member[]>();
  /** Groups of captures, and those of packets on the wire. */
  readonly #captures: WaitingLine;
  readonly #wire: WaitingLine;

  constructor(options: JoinTableOptions) {
    this.#options = options;
    this.#captures = new WaitingLine(options.maximumWaiting);
    this.#wire = new WaitingLine(options.maximumNameless);
  }

  add(observation: Observation): Member {
    const member: Member = { observation, record: null, group: '' };
    this.#enter(member);
    for (const line of [this.#captures, this.#wire]) {
      while (line.isOverfull) {
        const { key, group } = line.takeOldest();
        if (this.#groups.get(key) === group) this.#letGo(key, group);
      }
    }
    return member;
  }

  /** Takes a newer state of the member's exchange. */
  update(member: Member, observation: Observation): void {
    const before = member.observation;
    member.observation = observation;
    if (before.joinKey !== observation.joinKey && member.group !== '') {
      this.#leave(member);
      this.#enter(member);
    } else if (member.group !== '' && bearsOnPairing(before, observation)) {
      this.#pairGroup(this.#groups.get(member.group)!);
    }
    if (member.record !== null) this.#options.touched(member.record);
  }

  #enter(member: Member): void {
    const { observation } = member;
    const key = observation.joinKey || `${observation.vantage === 'wire' ? WIRE : '#'}${observation.exchange}`;
    let group = this.#groups.get(key);
    if (group !== undefined && group.length >= maximumGroup) {
      this.#letGo(key, group);
      group = undefined;
    }
    if (group === undefined) {
      group = [];
      this.#groups.set(key, group);
      this.#lineOf(key).enter({ key, group });
    }
    member.group = key;
    group.push(member);
    this.#lineOf(key).waiting++;
    this.#pairGroup(group);
  }

  #leave(member: Member): void {
    const group = this.#groups.get(member.group)!;
    group.splice(group.indexOf(member), 1);
    this.#lineOf(member.group).waiting--;
    if (member.record?.consumer != null && member.record.producer != null) this.#part(member.record);
    if (group.length === 0) this.#groups.delete(member.group);
    else this.#pairGroup(group);
  }

  #lineOf(key: string): WaitingLine {
    return key.startsWith(WIRE) ? this.#wire : this.#captures;
  }

  #letGo(key: string, group: readonly Member[]): void {
    this.#groups.delete(key);
    this.#lineOf(key).waiting -= group.length;
    for (const member of group) {
      member.group = '';
      if (member.record !== null) this.#options.settled(member.record);
    }
  }

  #pairGroup(group: readonly Member[]): void {
    if (group.length === 1 && group[0]!.record === null) {
      this.#begin(group[0]!);
      return;
    }
    const consumers = group.filter((member) => member.observation.vantage === 'consumer');
    const producers = group.filter((member) => member.observation.vantage === 'producer');
    const partners =
      consumers.length === 0 || producers.length === 0
        ? consumers.map(() => -1)
        : pair(
            consumers.map((member) => member.observation),
            producers.map((member) => member.observation),
          );
    consumers.forEach((consumer, index) => {
      const { record } = consumer;
      if (record?.producer != null && record.producer !== producers[partners[index]!]) this.#part(record);
    });
    consumers.forEach((consumer, index) => {
      const producer = producers[partners[index]!];
      if (producer !== undefined) this.#join(consumer, producer);
    });
    for (const member of group) if (member.record === null) this.#begin(member);
  }

  /** The producer's member leaves; the record stays with the consumer's. */
  #part(record: FlowRecord): void {
    record.producer!.record = null;
    record.producer = null;
    this.#options.touched(record);
  }

  #join(consumer: Member, producer: Member): void {
    if (consumer.record !== null && consumer.record === producer.record) return;
    const record = consumer.record ?? producer.record ?? new FlowRecord();
    if (producer.record !== null && producer.record !== record) this.#options.removed(producer.record);
    record.consumer = consumer;
    record.producer = producer;
    consumer.record = record;
    producer.record = record;
    this.#options.touched(record);
  }

  #begin(member: Member): void {
    const record = new FlowRecord();
    record[member.observation.vantage] = member;
    member.record = record;
    this.#options.touched(record);
  }
}

/** Whether the change can make another pairing the better one. */
function bearsOnPairing(before: Observation, after: Observation): boolean {
  return (
    before.state !== after.state ||
    before.upstream?.address !== after.upstream?.address ||
    before.passedOn !== after.passedOn ||
    before.status?.code !== after.status?.code
  );
}
