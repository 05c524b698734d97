/** What a failure means to the person in front of the page. The engine's own sentence follows, for those who look closer. */
import type { DehugError, ErrorCode } from '../src/engine/index.js';
import { t } from './strings.js';

interface Words {
  title: string;
  /** What to do when the engine has no better advice. */
  advice: string;
}

const words: Record<ErrorCode, Words> = {
  invalid: { title: t`This cannot be loaded.`, advice: t`Ask whoever made this page, or gave you the reference.` },
  not_found: { title: t`No source has this model.`, advice: t`Check the reference, or add a source that keeps it.` },
  too_large: { title: t`This model is larger than this page allows.`, advice: t`Choose a smaller model, or raise max-bytes.` },
  unverified: { title: t`What the sources sent is not this model.`, advice: t`Add a source that you have reason to trust.` },
  wrong_signer: { title: t`This model is not signed by whom this page expects.`, advice: t`Check the signer address with the author.` },
  unreachable: { title: t`No source answered.`, advice: t`Check your connection, or add another source.` },
  unsupported: { title: t`This model cannot be used here.`, advice: t`Choose another model.` },
  bad_input: { title: t`This input could not be used.`, advice: t`Choose another.` },
  aborted: { title: t`Stopped.`, advice: t`Start again whenever you like.` },
  internal: { title: t`Something went wrong in the engine.`, advice: t`Try again; if it happens again, report it with the details below.` },
};

export interface ErrorText {
  title: string;
  advice: string;
  /** The engine's sentence: place, then cause. */
  detail: string;
  code: ErrorCode;
}

/** Words for an error. Nothing unverified was run, whatever the code; where that could be doubted, the title says it. */
export function errorText(error: DehugError): ErrorText {
  const { title, advice } = words[error.code];
  return { title, advice: error.hint === '' ? advice : sentence(error.hint), detail: error.message, code: error.code };
}

/** Engine messages begin in lower case and have no full stop. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
