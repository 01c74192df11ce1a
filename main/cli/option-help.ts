import { Help, type Option } from 'commander';

/** What --help says of an option: a default that only says "nothing", or that the description gives in words, is left out. */
export function optionDescription(option: Option): string {
  const { defaultValue } = option;
  const isNothing =
    defaultValue === false || defaultValue === '' || (Array.isArray(defaultValue) && !defaultValue.length);
  const isInWords = /\(default: .*\)$/.test(option.description);
  if (!isNothing && !isInWords) return new Help().optionDescription(option);
  const shown = Object.assign(Object.create(Object.getPrototypeOf(option)), option, { defaultValue: undefined });
  return new Help().optionDescription(shown);
}
