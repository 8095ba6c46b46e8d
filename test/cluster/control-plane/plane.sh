#!/usr/bin/env bash
# usage: plane.sh certs|ready|etcd|kube-apiserver|kube-controller-manager|kube-scheduler DIR
# A real control plane on loopback, no root rights needed: its certificates, whether it answers, and each of its programs, which takes the place of this script.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${KUBEPLANE:?path of the built kubeplane}
D=$(cd "${2:?a folder for its state}" && pwd)
PORT=${KP_PORT:-16443} ETCD=${KP_ETCD:-12379} PEER=${KP_PEER:-12380} KCMPORT=${KP_KCM:-10357} SCHEDPORT=${KP_SCHED:-10359}

certs() {
  mkdir -p "$D/pki"; cd "$D/pki"
  [ -f ca.crt ] && return
  q() { openssl "$@" 2>/dev/null; }
  ca() { q req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -keyout "$1.key" -out "$1.crt" -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign; }
  leaf() { # name subject ca eku [san]
    q req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2"
    q x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.key" -CAcreateserial -days 30 -out "$1.crt" \
      -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n%s\n' "$4" "${5:+subjectAltName=$5}")
  }
  ca ca; ca front-proxy-ca
  leaf apiserver "/CN=kube-apiserver" ca serverAuth "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1"
  leaf admin "/O=system:masters/CN=admin" ca clientAuth
  leaf kcm "/CN=system:kube-controller-manager" ca clientAuth
  leaf scheduler "/CN=system:kube-scheduler" ca clientAuth
  leaf front-proxy-client "/CN=front-proxy-client" front-proxy-ca clientAuth
  q ecparam -name prime256v1 -genkey -noout -out sa.key; q ec -in sa.key -pubout -out sa.pub
  b() { base64 -w0 "$1"; }
  for u in admin kcm scheduler; do cat > "../$u.kubeconfig" <<Y
apiVersion: v1
kind: Config
current-context: e2e
contexts: [{name: e2e, context: {cluster: e2e, user: $u}}]
clusters: [{name: e2e, cluster: {server: "https://127.0.0.1:$PORT", certificate-authority-data: $(b ca.crt)}}]
users: [{name: $u, user: {client-certificate-data: $(b $u.crt), client-key-data: $(b $u.key)}}]
Y
  done
}
etcd() { exec "$BIN" etcd --data-dir "$D/etcd" --unsafe-no-fsync --log-level warn \
  --listen-client-urls "http://127.0.0.1:$ETCD" --advertise-client-urls "http://127.0.0.1:$ETCD" \
  --listen-peer-urls "http://127.0.0.1:$PEER" --initial-advertise-peer-urls "http://127.0.0.1:$PEER" --initial-cluster "default=http://127.0.0.1:$PEER"; }
kube-apiserver() { local p="$D/pki"; exec "$BIN" kube-apiserver \
  --etcd-servers "http://127.0.0.1:$ETCD" --bind-address 127.0.0.1 --secure-port "$PORT" --advertise-address 127.0.0.1 --endpoint-reconciler-type none \
  --authorization-mode Node,RBAC --client-ca-file "$p/ca.crt" --tls-cert-file "$p/apiserver.crt" --tls-private-key-file "$p/apiserver.key" \
  --service-cluster-ip-range 10.96.0.0/16 --service-account-issuer https://kubernetes.default.svc \
  --service-account-key-file "$p/sa.pub" --service-account-signing-key-file "$p/sa.key" \
  --requestheader-client-ca-file "$p/front-proxy-ca.crt" --requestheader-allowed-names front-proxy-client --requestheader-extra-headers-prefix X-Remote-Extra- \
  --requestheader-group-headers X-Remote-Group --requestheader-username-headers X-Remote-User \
  --proxy-client-cert-file "$p/front-proxy-client.crt" --proxy-client-key-file "$p/front-proxy-client.key" \
  --audit-policy-file "$HERE/audit-policy.yaml" --audit-log-path "$D/audit.log" --audit-log-mode blocking ${KP_APISERVER_FLAGS:-}; }
kube-controller-manager() { local p="$D/pki" k="$D/kcm.kubeconfig"; exec "$BIN" kube-controller-manager \
  --kubeconfig "$k" --authentication-kubeconfig "$k" --authorization-kubeconfig "$k" --bind-address 127.0.0.1 --secure-port "$KCMPORT" --leader-elect=false \
  --use-service-account-credentials --service-account-private-key-file "$p/sa.key" --root-ca-file "$p/ca.crt" \
  --cluster-signing-cert-file "$p/ca.crt" --cluster-signing-key-file "$p/ca.key" \
  --controllers '*,-node-lifecycle-controller' \
  --horizontal-pod-autoscaler-sync-period 2s --horizontal-pod-autoscaler-downscale-stabilization 5s; }
kube-scheduler() { local k="$D/scheduler.kubeconfig"; exec "$BIN" kube-scheduler --kubeconfig "$k" --authentication-kubeconfig "$k" --authorization-kubeconfig "$k" \
  --bind-address 127.0.0.1 --secure-port "$SCHEDPORT" --leader-elect=false; }
ready() { for _ in $(seq 600); do
    curl -sf --cacert "$D/pki/ca.crt" --cert "$D/pki/admin.crt" --key "$D/pki/admin.key" "https://127.0.0.1:$PORT/readyz" >/dev/null && return 0; sleep 0.1; done; return 1; }
case $1 in
  certs | ready | etcd | kube-apiserver | kube-controller-manager | kube-scheduler) "$1" ;;
  *) echo "plane.sh: cannot $1" >&2; exit 2 ;;
esac
