import { lazy, Suspense, useState } from 'react';
import { Button } from '../../ui/button.js';

/** Wallets are code that most visits never need. */
const SignIn = lazy(() => import('./sign-in.js').then(({ SignIn }) => ({ default: SignIn })));

/** Signs in from within a page that is of no use to others. */
export function SignInButton() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setAsking(true)}>Sign in with a wallet</Button>
      {asking && (
        <Suspense>
          <SignIn onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
