/** Pictures from wherever people have them, upright and of a bearable size. */
import { InputError } from '../input-error.js';
import { t } from '../strings.js';

/** A picture that can be drawn. `close` frees it. */
export interface Picture {
  bitmap: ImageBitmap;
  /** For people: a file name, or the description of a sample. */
  name: string;
}

/** 64 MiB: beyond any camera's JPEG; what is larger is probably not meant as a picture. */
const maxFileBytes = 2 ** 26;

/** Sides are cut down to this many pixels: sharp on any screen, and 16 MB of memory instead of 200 for a 50 MP photograph. */
const maxSide = 2048;

/** Decodes a picture file. EXIF orientation is applied, so that up is up. */
export async function pictureFromBlob(blob: Blob, name: string): Promise<Picture> {
  if (blob.size > maxFileBytes) throw new InputError(t`${name} is larger than 64 MiB; choose a smaller picture`);
  try {
    return { bitmap: await fit(await createImageBitmap(blob, { imageOrientation: 'from-image' })), name };
  } catch (cause) {
    throw new InputError(t`${name} is not a picture that this browser can read; choose a JPEG, PNG or WebP`, { cause });
  }
}

/** Loads a picture that the page shows or offers. One from another origin must be served with CORS headers. */
export async function pictureFromUrl(url: string, name: string): Promise<Picture> {
  const image = new Image();
  image.crossOrigin = 'anonymous';
  image.src = url;
  try {
    await image.decode();
    return { bitmap: await fit(await createImageBitmap(image)), name };
  } catch (cause) {
    throw new InputError(t`the picture at ${url} could not be loaded; it must be served to this page (CORS)`, { cause });
  }
}

async function fit(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const scale = maxSide / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  const small = await createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round(bitmap.width * scale)),
    resizeHeight: Math.max(1, Math.round(bitmap.height * scale)),
    resizeQuality: 'high',
  });
  bitmap.close();
  return small;
}

/** The first picture among dropped or pasted things, if there is one. */
export function firstPicture(transfer: DataTransfer | null): File | undefined {
  return [...(transfer?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? transfer?.files[0];
}
