/** Lines on a grid of 16, drawn in the colour of the text. They say nothing to a screen reader: what is beside them does. */
const paths = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.400L14 14',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'm3.5 3.5 9 9m0-9-9 9',
  check: 'm3 8.5 3.2 3.200L13 4.5',
  copy: 'M5.5 5.500v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2m-8-5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z',
  sun: 'M8 10.800a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.600ZM8 1.500v1.300m0 10.400v1.300M1.5 8h1.300m10.4 0h1.300M3.4 3.400l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9',
  moon: 'M13.5 9.600A5.8 5.8 0 0 1 6.4 2.500a5.8 5.8 0 1 0 7.1 7.100Z',
  auto: 'M2 3.500h12v7.500H2zM6 13.500h4',
  right: 'm6 3.5 4.5 4.500L6 12.5',
  down: 'm3.5 6 4.5 4.500L12.5 6',
  out: 'M6.5 3.500h-3v9h9v-3M9.5 2.500h4v4m0-4-6 6',
  file: 'M4 1.800h5l3.2 3.200v9.200H4zM9 1.800V5h3.2',
  download: 'M8 2v8m0 0 3.2-3.200M8 10 4.8 6.800M2.5 13.500h11',
  warn: 'M8 2 1.5 13.500h13zM8 6.500v3.200m0 1.800v.1',
  shield: 'M8 1.8 3 3.600v4c0 3.3 2.1 5.5 5 6.6 2.9-1.1 5-3.3 5-6.600v-4zM5.7 8l1.7 1.7 3-3.2',
  fork: 'M4.5 5.500v5m0-5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Zm7-5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 0v1c0 1.5-7 1-7 3',
  key: 'M5.5 10.500a3 3 0 1 0 0-5 3 3 0 0 0 0 5ZM7.8 8h6v2.500M11 8v2',
  user: 'M8 8a2.8 2.8 0 1 0 0-5.600A2.8 2.8 0 0 0 8 8Zm-5.5 6c.5-2.8 2.6-4.3 5.5-4.300s5 1.5 5.5 4.3',
  play: 'M4.5 2.800v10.400l8.5-5.200z',
  plus: 'M8 3v10M3 8h10',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" className={`shrink-0 ${className ?? ''}`}>
      <path d={paths[name]} />
    </svg>
  );
}
