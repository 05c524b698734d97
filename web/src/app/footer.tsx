import { Link } from '@tanstack/react-router';

const link = 'text-soft hover:text-ink hover:underline underline-offset-3';

export function Footer() {
  return (
    <footer className="mt-20 border-t border-line">
      <div className="page flex flex-wrap items-baseline justify-between gap-x-8 gap-y-3 py-7 text-xs text-faint">
        <p>Every byte checked by hash, in your browser. No telemetry, no third parties. Apache-2.0.</p>
        <nav aria-label="More" className="flex flex-wrap gap-x-5 gap-y-2">
          <a href="/demo" className={link}>Demonstration</a>
          <a href="/api/docs" className={link}>API</a>
          <a href="/config.json" className={link}>What this relay offers</a>
          <Link to="/trust" className={link}>What is proven</Link>
          <Link to="/leaderboard" className={link}>Leaderboard</Link>
          <Link to="/challenges" className={link}>Challenges</Link>
          <Link to="/publish" className={link}>Publish a model</Link>
        </nav>
      </div>
    </footer>
  );
}
