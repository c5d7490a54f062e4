/** /proc/mdstat in the form that md_seq_show (drivers/md/md.c) writes: composed by hand after it, not captured from machines. */
export const mdstat = {
  none: `Personalities : 
unused devices: <none>
`,
  raid1Clean: `Personalities : [raid1] [raid6] [raid5] [raid4] 
md0 : active raid1 sdb1[1] sda1[0]
      5238784 blocks super 1.2 [2/2] [UU]
      bitmap: 0/1 pages [0KB], 65536KB chunk

unused devices: <none>
`,
  raid1Degraded: `Personalities : [raid1] 
md0 : active raid1 sda1[0]
      5238784 blocks super 1.2 [2/1] [U_]
      
unused devices: <none>
`,
  raid1Faulty: `Personalities : [raid1] 
md0 : active raid1 sdc1[2](S) sdb1[1](F) sda1[0]
      5238784 blocks super 1.2 [2/1] [U_]
      
unused devices: <none>
`,
  raid1Recovery: `Personalities : [raid1] 
md0 : active raid1 sdc1[2] sda1[0]
      292945152 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec
      bitmap: 2/3 pages [8KB], 65536KB chunk

unused devices: <none>
`,
  raid1Check: `Personalities : [raid1] 
md0 : active raid1 sdb1[1] sda1[0]
      5238784 blocks super 1.2 [2/2] [UU]
      [=============>.......]  check = 66.7% (3495936/5238784) finish=0.1min speed=201216K/sec
      
unused devices: <none>
`,
  raid1WriteMostly: `Personalities : [raid1] 
md3 : active raid1 sdd1[2](W)(F) sdb1[1](W) nvme0n1p2[0]
      1000000 blocks super 1.0 [2/2] [UU]
`,
  raid1Replaced: `Personalities : [raid1] 
md0 : active raid1 sdd[3] sda[0] sdc[2]
      5238784 blocks super 1.2 [3/3] [UUU]
`,
  autoReadOnly: `Personalities : [raid1] 
md127 : active (auto-read-only) raid1 sdb[1] sda[0]
      102336 blocks super 1.2 [2/2] [UU]
      	resync=PENDING
      
unused devices: <none>
`,
  delayed: `Personalities : [raid1] [raid6] [raid5] [raid4] 
md1 : active raid1 sdb2[1] sda2[0]
      1953382336 blocks super 1.2 [2/2] [UU]
      	resync=DELAYED
      bitmap: 15/15 pages [60KB], 65536KB chunk

md0 : active raid1 sdb1[1] sda1[0]
      19530752 blocks super 1.2 [2/2] [UU]
      [>....................]  resync =  3.4% (672128/19530752) finish=1.8min speed=168032K/sec
      
unused devices: <none>
`,
  raid5Reshape: `Personalities : [raid6] [raid5] [raid4] 
md5 : active raid5 sdd1[4] sdc1[3] sdb1[1] sda1[0]
      2095104 blocks super 1.2 level 5, 512k chunk, algorithm 2 [4/4] [UUUU]
      [=======>.............]  reshape = 37.5% (393216/1047552) finish=0.4min speed=26214K/sec
      
unused devices: <none>
`,
  raid5Lost: `Personalities : [raid6] [raid5] [raid4] 
md5 : active raid5 sdc1[3](F) sdb1[1](F) sda1[0]
      2095104 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/1] [U__]
`,
  raid6Journal: `Personalities : [raid6] [raid5] [raid4] 
md6 : active raid6 sde1[4](J) sdd1[3] sdc1[2] sdb1[1] sda1[0]
      4190208 blocks super 1.2 level 6, 512k chunk, algorithm 2 [4/4] [UUUU]
`,
  raid10: `Personalities : [raid10] 
md10 : active raid10 sdd1[3] sdc1[2] sdb1[1](F) sda1[0]
      2093056 blocks super 1.2 512K chunks 2 near-copies [4/3] [U_UU]
      
unused devices: <none>
`,
  raid0: `Personalities : [raid0] 
md2 : active raid0 sdb3[1] sda3[0]
      4190208 blocks super 1.2 512k chunks
      
unused devices: <none>
`,
  broken: `Personalities : [raid0] 
md2 : broken raid0 sdb3[1] sda3[0]
      4190208 blocks super 1.2 512k chunks
`,
  inactive: `Personalities : [raid1] 
md127 : inactive sdb[1](S)
      5238784 blocks super 1.2
       
unused devices: <none>
`,
  container: `Personalities : [raid1] 
md126 : active raid1 sda[1] sdb[0]
      976759808 blocks super external:/md127/0 [2/2] [UU]
      
md127 : inactive sdb[1](S) sda[0](S)
      5288 blocks super external:imsm
       
unused devices: <none>
`,
} as const
