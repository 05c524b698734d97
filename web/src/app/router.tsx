/**
 * The addresses of the site. public/pages.json lists them for the relay, which answers 404 for all others; router.test.ts holds
 * the two together. A page is fetched when it is gone to, and already when a link to it is pointed at.
 */
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { Broken } from './broken.js';
import { Layout } from './layout.js';
import { NotFound } from './not-found.js';
import { queries } from './queries.js';
import { parseSearch, stringifySearch, type SearchParams } from './search-params.js';

export { queries };

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Layout, notFoundComponent: NotFound });

const page = <const Path extends string>(path: Path) => ({ getParentRoute: () => root, path }) as const;

const home = createRoute({ ...page('/'), component: lazyRouteComponent(() => import('../features/discover/home.js'), 'Home') });

/** What a search can say, in the address. */
export interface ModelSearch {
  q?: string;
  owner?: string;
  kind?: string;
  task?: string;
  license?: string;
  format?: string;
  size?: string;
  sort?: string;
}

const searchNames = ['q', 'owner', 'kind', 'task', 'license', 'format', 'size', 'sort'] as const;

const models = createRoute({
  ...page('/models'),
  validateSearch: (search: SearchParams): ModelSearch =>
    Object.fromEntries(searchNames.flatMap((name) => (search[name] ? [[name, search[name]]] : []))),
  component: lazyRouteComponent(() => import('../features/search/search.js'), 'Search'),
});

/** The version of a model that is looked at; its latest where there is none. */
export interface VersionSearch {
  version?: string;
  /** Another one, to compare with. */
  from?: string;
}

const versionSearch = ({ version, from }: SearchParams): VersionSearch => ({ ...(version && { version }), ...(from && { from }) });

const model = createRoute({
  ...page('/models/$owner/$name'),
  validateSearch: versionSearch,
  component: lazyRouteComponent(() => import('../features/model/model.js'), 'ModelPage'),
});

const modelTab = createRoute({
  ...page('/models/$owner/$name/$tab'),
  validateSearch: versionSearch,
  component: lazyRouteComponent(() => import('../features/model/model.js'), 'ModelPage'),
});

const author = createRoute({ ...page('/authors/$address'), component: lazyRouteComponent(() => import('../features/author/author.js'), 'AuthorPage') });
const leaderboard = createRoute({ ...page('/leaderboard'), component: lazyRouteComponent(() => import('../features/leaderboard/leaderboard.js'), 'Leaderboard') });
const challenges = createRoute({ ...page('/challenges'), component: lazyRouteComponent(() => import('../features/challenge/challenges.js'), 'Challenges') });
const challenge = createRoute({ ...page('/challenges/$id'), component: lazyRouteComponent(() => import('../features/challenge/challenge.js'), 'Challenge') });
const settings = createRoute({ ...page('/settings'), component: lazyRouteComponent(() => import('../features/settings/settings.js'), 'Settings') });
const admin = createRoute({ ...page('/admin'), component: lazyRouteComponent(() => import('../features/care/admin.js'), 'Admin') });


/** Receipts of whoever is signed in. */
export interface ReceiptsSearch {
  as?: 'provider';
  /** CID of a manifest. */
  version?: string;
  provider?: string;
}

const receipts = createRoute({
  ...page('/receipts'),
  validateSearch: ({ as, version, provider }: SearchParams): ReceiptsSearch => ({ ...(as === 'provider' && { as }), ...(version && { version }), ...(provider && { provider }) }),
  component: lazyRouteComponent(() => import('../features/jobs/receipts.js'), 'Receipts'),
});
const receipt = createRoute({ ...page('/receipts/$id'), component: lazyRouteComponent(() => import('../features/jobs/receipt.js'), 'ReceiptPage') });

/** Orders on chain. */
export interface OrdersSearch {
  /** Those to be done, not those that were opened. */
  as?: 'provider';
  /** Whose; of whoever is signed in where there is none. */
  of?: string;
}

const orders = createRoute({
  ...page('/orders'),
  validateSearch: ({ as, of }: SearchParams): OrdersSearch => ({ ...(as === 'provider' && { as }), ...(of && { of }) }),
  component: lazyRouteComponent(() => import('../features/jobs/orders.js'), 'Orders'),
});
const order = createRoute({ ...page('/orders/$id'), component: lazyRouteComponent(() => import('../features/jobs/orders.js'), 'OrderPage') });
const provider = createRoute({ ...page('/provider'), component: lazyRouteComponent(() => import('../features/jobs/provider.js'), 'ProviderPage') });
const providerView = createRoute({ ...page('/providers/$address'), component: lazyRouteComponent(() => import('../features/jobs/provider-view.js'), 'ProviderViewPage') });
const sessions = createRoute({ ...page('/sessions'), component: lazyRouteComponent(() => import('../features/jobs/sessions.js'), 'Sessions') });
const trust = createRoute({ ...page('/trust'), component: lazyRouteComponent(() => import('../features/jobs/trust.js'), 'Trust') });

/** The model that gets one version more, by its id on chain and its name. */
export interface PublishSearch {
  model?: string;
  name?: string;
}

const publish = createRoute({
  ...page('/publish'),
  validateSearch: ({ model, name }: SearchParams): PublishSearch => ({ ...(model && /^0x[0-9a-f]{64}$/.test(model) && { model }), ...(name && { name }) }),
  component: lazyRouteComponent(() => import('../features/upload/publish.js'), 'Publish'),
});

const routeTree = root.addChildren([home, models, model, modelTab, author, leaderboard, challenges, challenge, settings, admin, publish, receipts, receipt, orders, order, provider, providerView, sessions, trust]);

export const router = createRouter({
  routeTree,
  context: { queries },
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
