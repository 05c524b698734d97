export function apiSource(document: unknown): string;
