import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.js';
import { useTitle } from './layout.js';

export function NotFound() {
  useTitle('Not found');
  return (
    <div className="page grid justify-items-start gap-4 py-20">
      <p className="font-mono text-sm text-faint">404</p>
      <h1 className="text-2xl">There is nothing at this address</h1>
      <p className="max-w-prose text-soft">It may have been mistyped. Versions of models stay at their addresses; what the operator of this hub does not serve says so instead.</p>
      <div className="flex flex-wrap gap-3">
        <Link to="/models" className={buttonClass({ variant: 'primary' })}>Find a model</Link>
        <Link to="/" className={buttonClass()}>Home</Link>
      </div>
    </div>
  );
}
