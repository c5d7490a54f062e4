import { BrowsePage } from '../../../features/files/browse-page'

export default function FilesPage() {
  return <BrowsePage />
}
