/** Icons of 16×16, as paths that are drawn with `currentColor`. A file has those that it draws. */

export const check = 'M3 8.5l3.2 3.2L13 4.8';
export const cross = 'M4 4l8 8M12 4l-8 8';
export const dot = 'M8 8h.01';
export const arrow = 'M8 2.5v9M4.5 8L8 11.5 11.5 8M3 14h10';
export const copy = 'M6 6h7v7.5H6zM10 6V2.5H3V10h3';
export const shield = 'M8 1.8l5 1.9v3.8c0 3-2 5.4-5 6.7-3-1.3-5-3.7-5-6.7V3.7zM5.6 7.9l1.7 1.7 3.1-3.2';
export const picture = 'M2 3h12v10H2zM2 11l3.5-3.5L9 11l2-2 3 3M10.5 6h.01';
export const file = 'M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13';
export const sound = 'M2 6.5v3M5 4v8M8 2v12M11 5v6M14 6.5v3';
export const camera = 'M2 4.5h8.5v7H2zM10.5 7l3.5-2v6l-3.5-2';
export const microphone = 'M8 1.5a2 2 0 012 2v4a2 2 0 01-4 0v-4a2 2 0 012-2M3.5 7.5a4.5 4.5 0 009 0M8 12v2.5';
export const play = 'M4.5 2.5v11L13 8z';
export const stop = 'M4 4h8v8H4z';
export const warning = 'M8 2L1.5 13.5h13zM8 6.5v3.2M8 11.7h.01';
