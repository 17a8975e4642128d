export const port = 'x';
