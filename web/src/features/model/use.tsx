import { queryOptions, useQuery } from '@tanstack/react-query';
import type { ModelInfo, VersionInfo } from '../../relay/index.js';
import { makeFrame, makeSnippet, scriptIntegrity } from '../../snippet.js';
import { Code } from '../../ui/copy.js';
import { Skeleton } from '../../ui/skeleton.js';
import { ErrorState } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';
import { useRelease } from './release-query.js';
import { NotHere } from './run.js';

const widget = new URL('/runtime/widget.js', location.href).href;

/** The widget's script by hash, for the tag of a release. */
export const integrityQuery = queryOptions({ queryKey: ['integrity', widget], queryFn: () => scriptIntegrity(widget), staleTime: Infinity });

/** The HTML that shows a release on any page. */
export const tagOf = (release: Parameters<typeof makeSnippet>[0]['release'], integrity: string, gateways: readonly string[]): string => makeSnippet({ widget, integrity, release, gateways });

/** How the model gets onto a page, and into a program. */
export function Use({ model, version }: { model: ModelInfo; version: VersionInfo }) {
  const { gateways, config, release } = useRelease(version);
  const integrity = useQuery(integrityQuery);
  if (version.release === '') return <NotHere />;
  if (config.isError) return <ErrorState error={config.error} retry={() => void config.refetch()} />;
  if (!config.data || integrity.isPending) return <Skeleton className="h-96 rounded-lg" />;
  const shown = { release: version.release, signer: version.signer, task: model.task, title: model.title, name: model.name };
  const entry = release.data?.manifest.files.find(({ mediaType }) => mediaType === 'application/onnx')?.path ?? 'model.onnx';
  const codes = programs({ cid: version.release, manifest: version.manifest, gateways, entry });
  return (
    <div className="grid gap-10 xl:grid-cols-2">
      <section aria-labelledby="embed" className="grid min-w-0 content-start gap-4">
        <h2 id="embed" className="text-lg">On your page</h2>
        <p className="text-sm text-soft">One tag. It names the release by hash and its author by address; nothing heavy is fetched before a visitor asks, and what they give it stays with them.</p>
        <Code title="HTML: one tag" text={tagOf(shown, integrity.data ?? '', gateways)} />
        <Code title="HTML: in a frame, so that no script of this site runs on yours" text={makeFrame({ hub: location.href, release: shown })} />
      </section>
      <section aria-labelledby="code" className="grid min-w-0 content-start gap-4">
        <h2 id="code" className="text-lg">In your program</h2>
        <p className="text-sm text-soft">Every one of these checks what it fetches against the hash in it.</p>
        <Tabs label="Languages" panels={codes.map(({ id, label, text }) => ({ id, label, content: <Code title={label} text={text} /> }))} />
      </section>
    </div>
  );
}

function programs({ cid, manifest, gateways, entry }: { cid: string; manifest: string; gateways: readonly string[]; entry: string }) {
  const [gateway = location.origin] = gateways;
  const sources = gateways.map((url) => `'${url}'`).join(', ');
  return [
    { id: 'js', label: 'JavaScript', text: `import { load } from '@dehug/runtime'\n\nconst model = await load('${cid}', { sources: [${sources}] })\nconsole.log(model.inputs)\nconst outputs = await model.run({ [model.inputs[0].name]: data })\nmodel.dispose()` },
    {
      id: 'go',
      label: 'Go',
      text: `// dehug-relay pull ${cid} ./model --source ${gateway}\n\nfile, err := os.Open("model/${entry}")\nif err != nil {\n\treturn err\n}\ninfo, err := file.Stat()\nif err != nil {\n\treturn err\n}\ncompiled, err := wasm.Compile(ctx, file, info.Size(), wasm.Options{Profile: kernel.Wazero})`,
    },
    {
      id: 'python',
      label: 'Python',
      text: `# dehug-relay pull ${cid} ./model --source ${gateway}\nimport onnxruntime\n\nsession = onnxruntime.InferenceSession("model/${entry}")\nprint([(i.name, i.shape, i.type) for i in session.get_inputs()])`,
    },
    {
      id: 'curl',
      label: 'curl',
      text: `# the manifest, and its SHA-256, which is what its name says\ncurl -s '${gateway}/ipfs/${manifest}?format=raw' | tee manifest.json | sha256sum\n# everything, checked chunk by chunk and resumed after a break\ndehug-relay pull ${cid} ./model --source ${gateway}`,
    },
  ];
}
