/** Head and rows share one grid, so that they line up without a table's layout over 100,000 rows. */
export const columns =
  'grid grid-cols-[44px_minmax(0,1fr)_44px] sm:grid-cols-[40px_minmax(0,1fr)_88px_160px_44px] lg:grid-cols-[40px_minmax(0,1fr)_100px_176px_132px_44px]'

export const ROW_HEIGHT = 40
export const NARROW_ROW_HEIGHT = 60
