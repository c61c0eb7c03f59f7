/** The processes that read settings. The standalone server is `start`. */
export type ServiceName = 'start' | 'edge' | 'worker' | 'upload';

interface SettingBase {
  /** One or two sentences for the reference page. */
  readonly description: string;
  readonly services: readonly ServiceName[];
}

/** A whole number within bounds. */
interface IntegerSetting extends SettingBase {
  readonly kind: 'integer';
  readonly unit:
    | 'bytes'
    | 'KiB'
    | 'ms'
    | 'calls'
    | 'threads'
    | 'deliveries'
    | 'descriptors'
    | 'faaslets'
    | 'iterations'
    | 'entries'
    | 'buffers'
    | 'subscriptions'
    | 'port';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** One of a few words. */
interface ChoiceSetting extends SettingBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

/** A line of text that is not empty. */
interface TextSetting extends SettingBase {
  readonly kind: 'text';
  readonly default: string;
}

/** One setting: what it may be, what it is by default, and who reads it. */
export type Setting = IntegerSetting | ChoiceSetting | TextSetting;
