import { useEffect, useRef, useState } from 'react';
import type {} from '../../widget/react.js';
import { cx } from './cx.js';
import { Skeleton } from './skeleton.js';

/** The widget's script, as every other page takes it. */
const widgetUrl = '/runtime/widget.js';
let arriving: Promise<unknown> | undefined;

/** Fetches the widget's script, once. It fetches nothing heavy by itself. */
export function loadWidget(): Promise<unknown> {
  arriving ??= import(/* @vite-ignore */ widgetUrl).catch((error: unknown) => {
    arriving = undefined; // the next one asks again
    throw error;
  });
  return arriving;
}

/** Tasks that show a picture: they are taller. What stands below the widget is not to move when it appears. */
const pictures = new Set(['face-detection', 'ocr', 'image-classification']);

export interface WidgetProps {
  /** CID of the release. */
  release: string;
  task: string;
  signer: string;
  bytes: number;
  sources: readonly string[];
}

/**
 * `<dehug-model>`, with samples for the tasks that have some. The script is fetched when the place of it is near; the model is when
 * somebody asks for it.
 */
export function Widget({ release, task, signer, bytes, sources }: WidgetProps) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'far' | 'ready' | 'failed'>('far');
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const watch = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      watch.disconnect();
      loadWidget().then(() => setState('ready'), () => setState('failed'));
    }, { rootMargin: '200px' });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return (
    <div ref={place} className="@container">
      <div className={cx(pictures.has(task) ? 'min-h-[52rem] @xl:min-h-[44rem] @3xl:min-h-[42rem]' : 'min-h-[44rem] @xl:min-h-[30rem] @3xl:min-h-[31rem]')}>
        {state === 'far' && <Skeleton className="min-h-[inherit] rounded-lg" />}
        {state === 'failed' && <p role="alert" className="rounded-lg border border-line p-5 text-sm text-soft">The widget’s script did not arrive. Reload the page to try again.</p>}
        {state === 'ready' && (
          <dehug-model
            key={release}
            src={release}
            sources={sources.join(' ')}
            {...(task && { task: task as 'ocr' })}
            {...(signer && { signer })}
            {...(bytes > 0 && { 'model-bytes': bytes })}
          >
            <Samples task={task} />
          </dehug-model>
        )}
      </div>
    </div>
  );
}

function Samples({ task }: { task: string }) {
  switch (task) {
    case 'face-detection':
      return (
        <>
          <img slot="sample" src="/samples/astronaut.jpg" width="512" height="512" alt="Portrait of astronaut Eileen Collins" />
          <img slot="sample" src="/samples/four-portraits.jpg" width="720" height="720" alt="Four portraits in one picture" />
        </>
      );
    case 'ocr':
      return (
        <>
          <img slot="sample" src="/samples/receipt.jpg" width="900" height="1000" alt="A receipt on a table" />
          <img slot="sample" src="/samples/sign.jpg" width="960" height="640" alt="A sign by a path" />
        </>
      );
    case 'voice-activity':
      return <a slot="sample" href="/samples/tea.wav">Tea, spoken</a>;
    case 'file-type':
      return (
        <>
          <a slot="sample" href="/samples/astronaut.jpg" download="holiday.txt">holiday.txt</a>
          <a slot="sample" href="/runtime/run-worker.js">run-worker.js</a>
          <a slot="sample" href="/favicon.svg" download="logo">logo</a>
        </>
      );
    case 'text-embedding':
      return ['A man is eating a piece of bread.', 'The stock market fell sharply today.', 'Someone is having a meal.', 'A dog is chasing a ball in the park.', 'She plays the violin.']
        .map((sentence) => <p key={sentence} slot="sample">{sentence}</p>);
    case 'image-classification':
      return (
        <>
          <img slot="sample" src="/samples/page-turned.jpg" width="800" height="800" alt="A page that lies on its side" />
          <img slot="sample" src="/samples/page-upright.jpg" width="800" height="800" alt="A page that stands upright" />
        </>
      );
    default:
      return null;
  }
}
