'use client'

import { clsx } from 'clsx'
import { FolderOpen, FolderPlus, FolderX, Search, Upload } from 'lucide-react'
import Link from 'next/link'
import { lazy, type MouseEvent, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorState } from '../../ui/error-state'
import { sayDone, sayFailed } from '../../ui/toast'
import { useMe } from '../auth/session'
import { searchHref } from '../search/wanted'
import { Breadcrumb } from './breadcrumb'
import { heldEntries, holdEntries } from './copy/held-entries'
import { downloadEntries } from './download-entries'
import { type Action, actionsFor, type Wish } from './entry-actions'
import type { Entry } from './listing/entry'
import { FileGrid } from './listing/file-grid'
import { useEntries } from './listing/use-entries'
import { MOST_CHOSEN, useSelection } from './listing/use-selection'
import { useView } from './listing/view'
import { ViewSwitch } from './listing/view-switch'
import { nameOf, parentOf, ROOT } from './path'
import { nextOrder, type Place, placeHref } from './place'
import { SelectionBar } from './selection-bar'
import type { Found } from './upload/read-drop'
import { useUpload } from './upload/use-upload'
import { UploadButton } from './upload-button'
import { useFileDrop } from './use-file-drop'
import { pressKey } from './use-list-keys'
import { useMoveToTrash } from './use-move-to-trash'
import { goTo } from './use-place'

const EntryMenu = lazy(async () => ({ default: (await import('./entry-menu')).EntryMenu }))
const FolderDialogs = lazy(async () => ({ default: (await import('./dialogs/folder-dialogs')).FolderDialogs }))
const FolderPreview = lazy(async () => ({ default: (await import('./preview/folder-preview')).FolderPreview }))

/** One folder: its entries as they are, what can be done with them, and a place to drop files. */
export function FolderView({ place, mayWrite }: { place: Place; mayWrite: boolean }) {
  const t = useTranslations('files')
  const me = useMe()
  const textOf = useFailureText()
  const { path, order, preview } = place
  const upload = useUpload()
  const view = useView()
  const [wish, setWish] = useState<Wish | null>(null)
  const [menuAt, setMenuAt] = useState<{ x: number; y: number } | null>(null)
  const frame = useRef<HTMLDivElement>(null)

  // The selection follows what the subscription says; which exists only after the entries it selects from.
  const followRef = useRef<((change: { changed: readonly Entry[]; removed: readonly string[] }) => void) | null>(null)
  const entries = useEntries(
    path,
    order,
    useCallback((change) => followRef.current?.(change), []),
  )
  const { pages, gone } = entries
  const control = useSelection(pages, () => sayFailed(t('tooMany', { count: MOST_CHOSEN })))
  const { selection, follow, only, toggle, extendTo } = control
  followRef.current = follow

  const mayAdd = mayWrite && me.role !== 'VIEWER' && !gone
  const chosen = useMemo(() => [...selection.chosen.values()], [selection.chosen])
  const actions = useMemo(() => actionsFor(chosen, me.role), [chosen, me.role])
  const hrefOfPath = useCallback((to: string) => placeHref({ path: to, order }), [order])
  const hrefOf = useCallback(
    (entry: Entry) => (entry.isFolder ? placeHref({ path: entry.path, order }) : placeHref({ path, order, preview: entry.name })),
    [path, order],
  )
  const open = useCallback((entry: Entry) => goTo(hrefOf(entry)), [hrefOf])
  const focusList = () => frame.current?.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true })

  // A dialog gives the focus back after it has gone: to nothing, when it was opened by its address.
  const focusListLater = () => setTimeout(focusList, 80)

  const moveToTrash = useMoveToTrash((ids) => follow({ changed: [], removed: ids }))
  const download = async () => {
    const refusal = await downloadEntries(chosen, pages.totalCount)
    if (refusal === null) return
    if (refusal === 'tooManyForArchive') return sayFailed(t('tooManyForArchive'), t('tooManyForArchiveHint'))
    sayFailed(t('notDownloaded'), refusal === 'offline' ? t('serverSilent') : textOf(refusal))
  }
  const act = (action: Action) => {
    const [first] = chosen
    if (!first) return
    if (action === 'open' || action === 'look') open(first)
    else if (action === 'delete') void moveToTrash(chosen)
    else if (action === 'download') void download()
    else setWish({ kind: action, entries: chosen })
  }
  const onMenu = useCallback(
    (entry: Entry, index: number, at: { x: number; y: number }) => {
      if (!selection.chosen.has(entry.id)) only(entry, index)
      setMenuAt(at)
    },
    [selection.chosen, only],
  )
  const onPick = useCallback(
    (entry: Entry, index: number, event: MouseEvent) => {
      const touch = event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === 'touch'
      if (event.shiftKey) void extendTo(index)
      else if (event.ctrlKey || event.metaKey || (touch && selection.chosen.size > 0)) toggle(entry, index)
      // A finger has no second click: it opens.
      else if (touch) open(entry)
      else only(entry, index)
    },
    [extendTo, toggle, only, open, selection.chosen.size],
  )
  const handlers = useMemo(() => ({ onPick, onToggle: toggle, onOpen: open, onMenu, hrefOf }), [onPick, toggle, open, onMenu, hrefOf])

  const put = async (found: Found[] | Promise<Found[]>, folder: string) => {
    try {
      const problem = await upload(await found, folder)
      if (problem) sayFailed(t('foldersNotMade'), textOf(problem))
    } catch {
      sayFailed(t('dropNotRead'))
    }
  }
  const drop = useFileDrop({
    path: mayAdd ? path : null,
    enabled: me.role !== 'VIEWER' && !gone,
    onFound: (found, folder) => void put(found, folder),
  })
  const up = () => {
    if (path !== ROOT) goTo(hrefOfPath(parentOf(path)))
  }
  const keyboardMenu = () => {
    const row = frame.current?.querySelector(`[data-index="${selection.cursor}"]`)?.getBoundingClientRect()
    if (row && chosen.length > 0) setMenuAt({ x: row.left + 60, y: row.bottom })
  }
  const hold = () => {
    holdEntries(chosen)
    sayDone(t('held', { count: chosen.length }))
  }
  const paste = () => {
    const entries = heldEntries()
    if (mayAdd && path !== ROOT && entries.length > 0) setWish({ kind: 'paste', entries })
  }
  const total = pages.totalCount

  const instead = gone ? (
    <ErrorState
      icon={FolderX}
      title={t('goneTitle')}
      message={t('goneMessage', { name: nameOf(path) })}
      action={
        <Button look="primary" onClick={up}>
          {t('up')}
        </Button>
      }
    />
  ) : total === null && pages.failure ? (
    <FailureState error={pages.failure} onRetry={() => pages.retry()} />
  ) : total === 0 ? (
    <EmptyState icon={FolderOpen} title={mayAdd ? t('emptyTitle') : t('emptyTitleReadOnly')}>
      {mayAdd ? <p>{t('emptyBody')}</p> : null}
    </EmptyState>
  ) : null

  return (
    <div ref={frame} {...drop.handlers} className="relative">
      {/* What is chosen lies over it; whoever walks here by the keyboard sees where they are. */}
      <div className="mb-3 flex min-h-11 items-center gap-2 has-focus-visible:relative has-focus-visible:z-20 has-focus-visible:bg-canvas max-sm:flex-wrap">
        <div className="flex min-w-0 flex-1 max-sm:basis-full">
          <Breadcrumb path={path} hrefOf={hrefOfPath} onGo={(to) => goTo(hrefOfPath(to))} />
        </div>
        {total === null || instead ? null : <p className="figures pr-2 text-ink-soft max-md:hidden">{t('count', { count: total })}</p>}
        <ViewSwitch view={view} />
        <Link
          href={searchHref({ folder: path })}
          aria-label={t('search')}
          title={t('search')}
          className="grid size-9 shrink-0 place-items-center rounded-control text-ink-soft hover:bg-hover hover:text-ink max-sm:size-11"
        >
          <Search aria-hidden className="size-4" />
        </Link>
        {mayAdd ? (
          <div className="flex gap-2">
            <Button aria-label={t('newFolder')} className="max-sm:h-11" onClick={() => setWish({ kind: 'newFolder' })}>
              <FolderPlus aria-hidden />
              <span className="max-sm:hidden">{t('newFolder')}</span>
            </Button>
            <UploadButton onFound={(found) => void put(found, path)} />
          </div>
        ) : null}
      </div>
      {chosen.length > 0 ? (
        <div className="absolute inset-x-0 top-0 z-10 bg-canvas">
          <SelectionBar chosen={chosen} actions={actions} onAction={act} onClear={() => control.clear()} />
        </div>
      ) : null}
      {total !== null && pages.failure && !gone ? (
        <div role="alert" className="mb-2 flex items-center gap-3 rounded-control bg-warn-soft px-3 py-1.5 text-[13px] text-warn">
          <span className="flex-1">{t('partNotRead')}</span>
          <Button size="small" onClick={() => pages.retry()}>
            {t('retry')}
          </Button>
        </div>
      ) : null}
      <FileGrid
        label={t('listOf', { folder: nameOf(path) || t('title') })}
        view={view}
        memoryKey={`${view} ${path} ${order.field} ${order.direction}`}
        entries={entries}
        order={order}
        onSort={(field) => goTo(placeHref({ path, order: nextOrder(order, field) }), { replace: true })}
        control={control}
        handlers={handlers}
        onKeyDown={(event, page, columns) =>
          pressKey(event, page, columns, {
            pages,
            control,
            actions,
            onOpen: open,
            onAction: act,
            onMenu: keyboardMenu,
            onHold: hold,
            onPaste: paste,
            onUp: up,
          })
        }
        dropTarget={drop.target}
      >
        {instead}
      </FileGrid>
      <div
        aria-hidden
        className={clsx(
          '-inset-2 pointer-events-none absolute z-20 grid place-items-end justify-center rounded-card border-2 pb-6 transition-opacity',
          // Over a folder it is the row that is marked.
          drop.target === path ? 'border-accent' : 'border-transparent',
          drop.target === null ? 'opacity-0' : 'opacity-100',
        )}
      >
        <span className="inline-flex items-center gap-2.5 rounded-full bg-accent px-4 py-2 font-medium text-on-accent shadow-high">
          <Upload aria-hidden className="size-4" />
          {t('dropInto', { folder: nameOf(drop.target ?? path) || t('title') })}
        </span>
      </div>
      <Suspense fallback={null}>
        {menuAt && chosen.length > 0 ? (
          <EntryMenu
            key={`${menuAt.x} ${menuAt.y}`}
            title={chosen.length === 1 ? (chosen[0]?.name ?? '') : t('chosen', { count: chosen.length })}
            at={menuAt}
            actions={actions}
            onAction={act}
            onClose={() => {
              setMenuAt(null)
              focusList()
            }}
          />
        ) : null}
        {wish ? (
          <FolderDialogs
            wish={wish}
            folder={path}
            onClose={() => {
              setWish(null)
              focusListLater()
            }}
            onDeleted={(ids) => follow({ changed: [], removed: ids })}
          />
        ) : null}
        {preview ? (
          <FolderPreview
            folder={path}
            name={preview}
            entries={entries}
            near={Math.max(0, selection.cursor)}
            onGo={(entry, index) => {
              only(entry, index)
              goTo(hrefOf(entry), { replace: true })
            }}
            onClose={() => {
              goTo(hrefOfPath(path))
              focusListLater()
            }}
          />
        ) : null}
      </Suspense>
    </div>
  )
}
