/** The tasks that the page shows, in order; each has a template of samples and a line about them in demo.html. */
export const demos = [
  { task: 'face-detection', tab: 'Faces', what: 'a face detector' },
  { task: 'ocr', tab: 'Text in pictures', what: 'two models that read text' },
  { task: 'voice-activity', tab: 'Speech', what: 'a model that hears speech' },
  { task: 'file-type', tab: 'File types', what: 'a model that tells files apart' },
  { task: 'text-embedding', tab: 'Sentences', what: 'a language model' },
  { task: 'image-classification', tab: 'Which way up', what: 'a classifier' },
] as const;

export type Demo = (typeof demos)[number];
