'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { HardDrive } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { MemberTable_ArrayFragment } from '../../graphql/generated/graphql'
import { Pill } from '../../ui/pill'
import { Cell, HeadCell, Row } from '../../ui/table'
import { toneOfMember } from './array-look'

export const MemberTable_array = graphql(`
  fragment MemberTable_array on RaidArray {
    name
    members {
      device
      slot
      state
      writeMostly
    }
  }
`)

export function MemberTable({ array }: { array: FragmentType<MemberTable_ArrayFragment> }) {
  const t = useTranslations('storage')
  const { data, complete } = useFragment({ fragment: MemberTable_array, from: array })
  if (!complete) return null
  return (
    <table aria-label={t('members', { name: data.name })} className="w-full border-collapse border-line border-t text-left">
      <thead>
        <tr>
          <HeadCell className="pl-5">{t('device')}</HeadCell>
          <HeadCell>{t('slot')}</HeadCell>
          <HeadCell className="pr-5 text-right">{t('memberHead')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {data.members.map((member) => (
          <Row key={`${member.slot ?? 'spare'}-${member.device}`}>
            <Cell className="pl-5">
              <span className="flex items-center gap-2.5">
                <HardDrive aria-hidden className="size-4 shrink-0 text-ink-soft" />
                <span className="font-medium">{member.device}</span>
                {member.writeMostly ? <span className="text-ink-soft text-xs max-sm:hidden">{t('writeMostly')}</span> : null}
              </span>
            </Cell>
            <Cell className="figures text-ink-soft">{member.slot ?? t('noSlot')}</Cell>
            <Cell className="pr-5 text-right">
              <Pill tone={toneOfMember[member.state]}>{t(`memberState.${member.state}`)}</Pill>
            </Cell>
          </Row>
        ))}
      </tbody>
    </table>
  )
}
