/** Browsers and systems as they write themselves in User-Agent, the one that others pretend to be after them. */
const browsers = [['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox'], ['Chrome'], ['Safari'], ['curl']] as const;
const systems = [['Android'], ['iPhone'], ['iPad'], ['Windows'], ['Mac OS', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux']] as const;

/** A browser as people know it, from what it says of itself: “Firefox on Windows”. What nobody knows is left as it is. */
export function browserName(agent: string): string {
  const [browser, system] = [browsers, systems].map((names) => {
    const [word, name] = names.find(([word]) => agent.includes(word)) ?? [''];
    return name ?? word;
  });
  if (!browser) return agent || 'unknown';
  return system ? `${browser} on ${system}` : browser;
}
