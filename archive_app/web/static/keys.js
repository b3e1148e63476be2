// Whether somebody has turned single keys off: kept in the browser, under a name for each page that has such keys.

export const switchOf = (name) => (off) => {
  try {
    if (off !== undefined) off ? localStorage.setItem(name, "1") : localStorage.removeItem(name);
    return localStorage.getItem(name) !== null;
  } catch { // a browser that keeps nothing: they are on
    return false;
  }
};
