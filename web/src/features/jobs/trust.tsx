import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTitle } from '../../app/layout.js';
import { Badge } from '../../ui/badge.js';

/** What is proven here, what is signed, and what is neither: said plainly. */
export function Trust() {
  useTitle('What is proven, and what is not');
  return (
    <div className="page grid max-w-3xl gap-10 py-9">
      <div>
        <h1 className="text-xl">What is proven, and what is not</h1>
        <p className="mt-2 text-soft">Every claim on this hub is one of three kinds. Some you can check yourself, alone. Some somebody signed, and can be held to. Some nobody can check, and we say so.</p>
      </div>
      <Kind tone="good" word="proven" title="What your own machine checks">
        <Claim what="The files of a model">Each chunk that reaches your browser is hashed before anything uses it, and compared with the manifest, which is known by its own hash. A source that sends something else is found out at that chunk, and banned. This hub can withhold a model. It cannot change one.</Claim>
        <Claim what="Who published it">The manifest is signed by its author’s account. Your browser recovers the account from the signature. That says which account, not which person.</Claim>
        <Claim what="An answer in strict mode">The engine computes the same bits in every browser and on every server. So a receipt in strict mode can be replayed: your browser runs the model on the same input and compares the answer bit for bit. A provider that made something up is found out, and the file of evidence convinces whoever replays it.</Claim>
        <Claim what="What stays with you">A model that runs in your browser sends your input nowhere.</Claim>
      </Kind>
      <Kind tone="note" word="signed" title="What somebody answers for">
        <Claim what="A receipt">The provider signs which model it ran, on what, with what result, and for how much; the relay signs that it took that. Neither can deny it later. That it is true is another matter: that is what the replay is for.</Claim>
        <Claim what="An answer in fast mode, and from GPUs">Such machines differ in the last bits, so nobody can compare the answer bit for bit. You know who answered, and have it in writing. Where a receipt says “spot-checked”, a share of such answers, which nobody can know before, is given again by another provider and compared by a tolerance, and the receipt’s page says whether this one was: that finds who cheats often, not who cheats once. Chats are compared only where no chance is in them.</Claim>
        <Claim what="Evaluations on chain">Somebody attests a metric’s value, and names by its hash the document that says what was computed. That names the job: whoever does it again with <code className="font-mono text-xs">dehug-relay evaluate</code> has the same bytes, or shows that it is false.</Claim>
        <Claim what="What a card says">Its author’s word, under the author’s signature.</Claim>
      </Kind>
      <Kind tone="warn" word="neither" title="What nobody can check">
        <Claim what="That a provider forgets your input">Whoever runs a model sees what goes in. The relay keeps it for a day. If nobody may see it, run the model in your browser.</Claim>
        <Claim what="What hardware it ran on, and how long a provider says that it took">Providers say so.</Claim>
        <Claim what="That a model is good, or harmless">Its bytes are what its author signed. What it does with your input is for you to judge.</Claim>
      </Kind>
      <section aria-labelledby="cheating" className="grid gap-3">
        <h2 id="cheating" className="text-lg">When a provider cheats</h2>
        <p className="text-soft">A provider that signs two different results for the same model, plan and request has contradicted itself: both receipts together prove it to a contract, and can cost it the bond that it put up.</p>
        <p className="text-soft">For all other cheating there is no contract that judges. A replay that gives something else makes evidence: the receipt, the request, and what was computed, signed by whoever found it. This hub looks at some answers itself, and has a run of yours replayed when you ask: a provider whose answer in strict mode was false gets no more jobs here, and the record is public: the page of a provider, to which every receipt of its leads, lists its answers that were false. Others can ban it too, because they can replay it. You get a ban and evidence, not your money back by force.</p>
        <p className="text-soft">A job that fails costs nothing: what was set aside for it is given back. A receipt that never comes up in a settlement, though it says until when it will, proves by itself that it was left out.</p>
      </section>
      <section aria-labelledby="check" className="grid gap-3">
        <h2 id="check" className="text-lg">Check without this site</h2>
        <p className="text-soft">This page and the code that checks come from this hub. Whoever would rather not believe that either has the same checks as a program: <code className="font-mono text-xs">dehug-relay verify</code> for models, <code className="font-mono text-xs">dehug-relay verify-receipt</code> for receipts and evidence.</p>
        <p className="flex flex-wrap gap-x-5 text-sm"><Link to="/receipts" className="link">Your receipts</Link><Link to="/orders" search={{}} className="link">Your orders on chain</Link></p>
      </section>
    </div>
  );
}

function Kind({ tone, word, title, children }: { tone: 'good' | 'note' | 'warn'; word: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={`kind-${word}`} className="grid gap-3">
      <h2 id={`kind-${word}`} className="flex flex-wrap items-center gap-2.5 text-lg">{title}<Badge tone={tone}>{word}</Badge></h2>
      <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line">{children}</dl>
    </section>
  );
}

function Claim({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 bg-card p-4">
      <dt className="text-sm font-semibold">{what}</dt>
      <dd className="text-sm text-soft">{children}</dd>
    </div>
  );
}
