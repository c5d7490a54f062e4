import { StoragePage } from '../../../features/raid/storage-page'

export default function Page() {
  return <StoragePage />
}
