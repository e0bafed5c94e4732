#!/bin/sh
# Starts a Ceph object gateway on loopback, for `npm run test:radosgw`: a monitor, one OSD in memory, a manager and
# radosgw, all of them in one folder. Needs root and Debian's packages, which it installs.
#   scripts/radosgw.sh start FOLDER PORT   prints nothing and ends when the gateway answers
#   scripts/radosgw.sh stop FOLDER
set -eu
action=$1 folder=$2
export CEPH_CONF=$folder/ceph.conf

stop() {
  for pid in "$folder"/*.pid; do
    if [ -f "$pid" ]; then kill "$(cat "$pid")" 2>/dev/null || true; fi
  done
}

if [ "$action" = stop ]; then
  stop
  exit 0
fi
port=$3
if ! command -v radosgw >/dev/null; then
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
    ceph-mon ceph-osd ceph-mgr radosgw ceph-common >/dev/null
fi

mkdir -p "$folder/mon" "$folder/osd" "$folder/mgr" "$folder/rgw"
fsid=$(cat /proc/sys/kernel/random/uuid)
cat >"$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$((port + 1))
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
log file = $folder/\$name.log
admin socket = $folder/\$name.asok
pid file = $folder/\$name.pid
run dir = $folder
[mon.a]
mon data = $folder/mon
keyring = $folder/mon/keyring
[mgr.a]
keyring = $folder/mgr/keyring
[osd.0]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 2147483648
keyring = $folder/osd/keyring
[client.admin]
keyring = $folder/admin.keyring
[client.rgw.a]
keyring = $folder/rgw/keyring
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
CONF

ceph-authtool --create-keyring "$folder/mon.keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool --create-keyring "$folder/admin.keyring" --gen-key -n client.admin \
  --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool "$folder/mon.keyring" --import-keyring "$folder/admin.keyring" >/dev/null
monmaptool --create --addv a "[v1:127.0.0.1:$((port + 1))]" --fsid "$fsid" "$folder/monmap" >/dev/null
ceph-mon --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/mon.keyring"
ceph-mon -i a
ceph auth get-or-create mgr.a mon 'allow profile mgr' osd 'allow *' -o "$folder/mgr/keyring"
ceph-mgr -i a
osd_fsid=$(cat /proc/sys/kernel/random/uuid)
ceph osd new "$osd_fsid" 0 >/dev/null
ceph auth get-or-create osd.0 mon 'allow profile osd' mgr 'allow profile osd' osd 'allow *' -o "$folder/osd/keyring"
ceph-osd -i 0 --mkfs --osd-uuid "$osd_fsid" >/dev/null 2>&1
ceph-osd -i 0 >/dev/null
ceph auth get-or-create client.rgw.a mon 'allow rwx' osd 'allow rwx' -o "$folder/rgw/keyring"
radosgw -n client.rgw.a >/dev/null 2>&1
tries=0
until curl -sf -o /dev/null "http://127.0.0.1:$port"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 120 ]; then
    echo "radosgw did not answer on port $port; its log is in $folder" >&2
    stop
    exit 1
  fi
  sleep 1
done
radosgw-admin user create --uid=coldtrail --display-name=coldtrail \
  --access-key="$RGW_ACCESS_KEY" --secret-key="$RGW_SECRET_KEY" >/dev/null 2>&1
