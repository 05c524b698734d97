// Starts the Chromium that is installed here: CHROME_PATH, chromium, google-chrome.

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** Path of the browser. Throws with what to do when there is none. */
export function chromiumPath () {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)))
  places.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
  const found = places.find((path) => {
    try { accessSync(path, constants.X_OK); return true } catch { return false }
  })
  if (!found) throw new Error('no Chromium: install one (apt-get install chromium) or set CHROME_PATH')
  return found
}

/** Flags of a quiet browser. */
export const chromiumArgs = [
  '--no-sandbox', // tests run as root in containers; the pages are our own
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'
]

/** A fresh, quiet, headless browser. `args` are added, e.g. `--js-flags=--liftoff-only`. */
export function launchChromium ({ args = [], ...options } = {}) {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [...chromiumArgs, ...args],
    ...options
  })
}
