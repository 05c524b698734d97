import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { VersionInfo } from '../../relay/index.js';
import { formatBytes } from '../../ui/format.js';
import { Loading, Skeleton } from '../../ui/skeleton.js';
import { Empty, ErrorState } from '../../ui/states.js';
import type { FileEntry } from '../../verify/manifest.js';
import { useRelease } from './release-query.js';

const Markdown = lazy(async () => ({ default: (await import('./markdown.js')).Markdown }));

/** Bytes that a card may have to be shown. */
const maxCardBytes = 512 * 1024;
/** The same for a picture in it. */
const maxPictureBytes = 8 * 2 ** 20;
/** Pictures that run nothing and are drawn as pixels. SVG is a document. */
const pictureTypes: Record<string, string> = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' };

/** What the author wrote of the model: README.md of the release, checked like every file of it. */
export function Card({ version }: { version: VersionInfo }) {
  const { gateways, release } = useRelease(version);
  const files = release.data?.manifest.files;
  const file = files?.find(({ path }) => path.toLowerCase() === 'readme.md');
  const tooLarge = file !== undefined && file.size > maxCardBytes;
  const card = useQuery({
    queryKey: ['card', file?.cid, gateways],
    queryFn: async ({ signal }) => {
      const { readFile } = await import('./verified.js');
      return file ? new TextDecoder().decode(await readFile(file, { gateways, signal })) : '';
    },
    enabled: file !== undefined && !tooLarge,
    staleTime: Infinity,
    retry: false,
  });
  if (release.isError) return <ErrorState title="The card could not be checked" error={release.error} retry={() => void release.refetch()} />;
  if (card.isError) return <ErrorState title="The card could not be fetched" error={card.error} retry={() => void card.refetch()} />;
  if (release.isSuccess && !file) return <p className="rounded-lg border border-dashed border-edge px-5 py-4 text-sm text-soft">This release has no card. A README.md among its files would be shown here.</p>;
  if (tooLarge) return <Empty icon="file" title={`Its README.md has ${formatBytes(file.size)}`}>That is too much for a card; it is among the files.</Empty>;
  if (card.data === undefined || !files) return <CardSkeleton />;
  return (
    <article aria-label="Card">
      <Suspense fallback={<CardSkeleton />}>
        <Markdown text={card.data} picture={(path, alt) => {
          const found = files.find((each) => each.path === path);
          const type = pictureTypes[path.split('.').at(-1)?.toLowerCase() ?? ''];
          return found && type && found.size <= maxPictureBytes ? <Picture file={found} type={type} alt={alt} gateways={gateways} /> : null;
        }} />
      </Suspense>
    </article>
  );
}

function CardSkeleton() {
  return (
    <Loading what="the card">
      <div className="grid gap-3">
        {['w-1/3 h-6', 'w-full', 'w-11/12', 'w-4/5', 'w-full', 'w-2/3'].map((width, i) => <Skeleton key={i} className={`h-4 ${width}`} />)}
      </div>
    </Loading>
  );
}

/** A picture of the release, shown once all of it has been checked. */
function Picture({ file, type, alt, gateways }: { file: FileEntry; type: string; alt: string; gateways: readonly string[] }) {
  const { data } = useQuery({
    queryKey: ['picture', file.cid, gateways],
    queryFn: async ({ signal }) => {
      const { readFile } = await import('./verified.js');
      return new Blob([await readFile(file, { gateways, signal })], { type });
    },
    staleTime: Infinity,
    retry: false,
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!data) return undefined;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return url === undefined ? <span className="text-faint">[{alt || file.path}]</span> : <img src={url} alt={alt} className="inline-block max-w-full rounded-md" />;
}
