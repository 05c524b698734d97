// Before anything is drawn: the theme that was chosen on this site, where one was. Not a module, for those come too late.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // storage is denied: the system's theme it is
}
