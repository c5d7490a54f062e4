import { crc32, deflateSync } from 'node:zlib'

export interface DemoFile {
  /** Absolute inside the storage. */
  readonly path: string
  readonly bytes: Buffer
  readonly daysAgo: number
}

/** Real files of the kinds that people keep: pictures, sound, a PDF, tables, text. All made here, none copied. */
export function demoFiles(): DemoFile[] {
  const text = (content: string) => Buffer.from(content, 'utf8')
  const files: DemoFile[] = [
    { path: '/Shared/Welcome.md', bytes: text(welcome), daysAgo: 2 },
    { path: '/Shared/House/Wi-Fi for guests.txt', bytes: text('Network: Balu\nPassword: on the fridge\n'), daysAgo: 41 },
    { path: '/Shared/House/Insurance.pdf', bytes: pdf('House insurance', 'Policy 4711-0815, paid until March.'), daysAgo: 120 },
    { path: '/Shared/House/Electricity 2026.csv', bytes: text(electricity()), daysAgo: 5 },
    { path: '/Shared/Music/Tuning note A4.wav', bytes: tone(440, 3), daysAgo: 300 },
    { path: '/demo/Notes/Disks to buy.txt', bytes: text('2 x 8 TB, CMR, from different batches.\nOne spare in the drawer.\n'), daysAgo: 1 },
    {
      path: '/anna/Documents/Thesis/Outline.md',
      bytes: text('# Outline\n\n1. Question\n2. Method\n3. Measurement\n4. What it means\n'),
      daysAgo: 9,
    },
    {
      path: '/anna/Documents/Application.pdf',
      bytes: pdf('Application', 'Dear neighbours, I would like to use the garden on Sunday.'),
      daysAgo: 30,
    },
    {
      path: '/ben/Recipes/Pancakes.md',
      bytes: text('# Pancakes\n\n- 250 g flour\n- 500 ml milk\n- 3 eggs\n- a pinch of salt\n'),
      daysAgo: 14,
    },
  ]
  const places = ['Lake', 'Forest', 'Harbour', 'Meadow', 'Ridge', 'Old town']
  places.forEach((place, index) => {
    files.push({ path: `/Shared/Photos/2026 Summer/${place}.png`, bytes: picture(640, 420, index), daysAgo: 100 - index })
  })
  places.slice(0, 3).forEach((place, index) => {
    files.push({ path: `/anna/Pictures/${place} at dusk.png`, bytes: picture(480, 320, index + 7), daysAgo: 60 - index })
  })
  return files
}

const welcome = `# Welcome

This is a demo: the disks and the array are simulated, the files are real.

- Drop files anywhere in the browser window to upload them.
- Open this folder in a second browser and watch changes arrive.
- Look at Storage: the array is checked now and then.
`

function electricity(): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct']
  return `month,kWh\n${months.map((month, index) => `${month},${Math.round(310 - 90 * Math.sin((index / 11) * Math.PI))}`).join('\n')}\n`
}

/** A sky over hills in the colours of `seed`, as an 8-bit RGB PNG (PNG specification, filter 0). */
function picture(width: number, height: number, seed: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hills = [0.55, 0.68, 0.82].map(
        (level, layer) => height * (level + 0.07 * Math.sin(x / (60 + 25 * layer) + seed * 1.7 + layer * 2)),
      )
      const layer = hills.filter((hill) => y > hill).length
      const light = layer === 0 ? 1 - (0.45 * y) / height : 0.62 - 0.16 * layer
      const at = y * (1 + width * 3) + 1 + x * 3
      for (let channel = 0; channel < 3; channel++) {
        rows[at + channel] = Math.round(
          255 * light * (0.72 + 0.28 * Math.cos(seed * 0.9 + channel * 2.1 + (layer === 0 ? (0.6 * y) / height : layer * 0.5))),
        )
      }
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A sine tone with soft ends: RIFF WAVE, 16 bit, mono, 22,050 samples a second. */
function tone(hertz: number, seconds: number): Buffer {
  const rate = 22_050
  const samples = Buffer.alloc(rate * seconds * 2)
  for (let index = 0; index < rate * seconds; index++) {
    const fade = Math.min(1, index / 2000, (rate * seconds - index) / 2000)
    samples.writeInt16LE(Math.round(9000 * fade * Math.sin((2 * Math.PI * hertz * index) / rate)), index * 2)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}

/** One page with a heading and a line, in a font every reader has. */
function pdf(heading: string, line: string): Buffer {
  const content = `BT /F1 24 Tf 72 740 Td (${heading}) Tj ET BT /F1 12 Tf 72 700 Td (${line}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  )
}
