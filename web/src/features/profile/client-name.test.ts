import { expect, test } from 'vitest'
import { nameClient } from './client-name'

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', { name: 'Firefox', system: 'Linux', kind: 'desktop' }],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0',
    { name: 'Microsoft Edge', system: 'Windows', kind: 'desktop' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    { name: 'Safari', system: 'iOS', kind: 'phone' },
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    { name: 'Safari', system: 'iOS', kind: 'tablet' },
  ],
  ['curl/8.5.0', { name: 'curl', system: null, kind: 'program' }],
  ['node', { name: 'node', system: null, kind: 'program' }],
  ['<script>alert(1)</script>', { name: '<script>alert(1)<', system: null, kind: 'program' }],
  ['x'.repeat(256), { name: 'x'.repeat(40), system: null, kind: 'program' }],
  ['', { name: null, system: null, kind: 'program' }],
  [null, { name: null, system: null, kind: 'program' }],
])('%s', (client, name) => expect(nameClient(client)).toEqual(name))
