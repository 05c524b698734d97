import { counted, formatAmount } from '../../ui/format.js';

/** Decimals of the dollar's smallest unit here: a millionth. */
const decimals = 6;

/** An amount of millionths of a dollar as people write it: “$0.00025”. */
export const formatMoney = (micros: number | string) => `$${formatAmount(String(micros), decimals)}`;

/** Milliseconds as people say them: “14 ms”, “3.2 s”. */
export const formatTook = (ms: number) => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`);

/** Seconds of a period as people say them: “30 days”. */
export const formatPeriod = (seconds: number) => (seconds % 86_400 === 0 ? counted(seconds / 86_400, 'day') : seconds >= 3600 ? counted(Math.round(seconds / 3600), 'hour') : counted(Math.round(seconds / 60), 'minute'));
