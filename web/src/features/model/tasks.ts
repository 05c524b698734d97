/** What tasks are called. Those that the widget knows come with something to try. */
const names: Record<string, string> = {
  'face-detection': 'Face detection',
  ocr: 'Text in pictures',
  'voice-activity': 'Speech detection',
  'file-type': 'File types',
  'text-embedding': 'Sentence similarity',
  'image-classification': 'Image classification',
};

/** The name of a task for people; an unknown one is made readable. */
export function taskName(id: string): string {
  const words = id.replaceAll('-', ' ');
  return names[id] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether the widget has a view for it. */
export const isShown = (id: string): boolean => id in names;
