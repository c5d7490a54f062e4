import { clsx } from 'clsx'

const sizes = { small: 'size-7 text-[11px]', large: 'size-16 text-xl', huge: 'size-28 text-4xl' } as const

/** A person’s picture, or the beginning of their name. Decoration: the name stands beside it. */
export function Avatar({ name, url, size = 'small' }: { name: string; url: string | null; size?: keyof typeof sizes }) {
  const look = clsx('shrink-0 rounded-full bg-accent-soft', sizes[size])
  // biome-ignore lint/performance/noImgElement: an exported page has no server that would make another picture of it
  if (url) return <img src={url} alt="" loading="lazy" decoding="async" className={clsx(look, 'object-cover')} />
  return (
    <span
      aria-hidden
      // Drawn, not text: initials inside a button would have to be part of its spoken name.
      data-initials={name.slice(0, 2)}
      className={clsx(look, 'grid place-items-center font-semibold text-accent uppercase before:content-[attr(data-initials)]')}
    />
  )
}
