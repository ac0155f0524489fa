// Calls of our own making for `cdrate demo`: the cases that an operator asks about first.

const at = "answer_time=2026-03-02T09:00:00Z";

/** Forms as `/cgr` takes them. */
export const DEMO_CDRS: readonly string[] = [
  `accid=demo-01&account=1001&destination=34650123456&usage=95s&${at}`,
  `accid=demo-02&account=1001&destination=%2B34650123456&usage=20.977s&${at}`,
  `accid=demo-03&account=1001&destination=0034912345678&usage=61s&${at}`,
  `accid=demo-04&account=1001&destination=447700900123&usage=91s&${at}`,
  `accid=demo-05&account=1002&destination=442079460123&usage=600s&${at}`,
  `accid=demo-06&account=1002&destination=4930123456&usage=1s&${at}`,
  `accid=demo-07&account=1002&destination=12125551234&usage=3599s&${at}`,
  `accid=demo-08&account=1001&destination=1002&usage=120s&${at}`,
  `accid=demo-09&account=1001&destination=34650123456&usage=95s&supplier=Beta&${at}`,
  `accid=demo-10&account=1001&destination=34650123456&usage=0s&${at}`,
  `accid=demo-11&account=1001&destination=449098790000&usage=30s&${at}`,
  `accid=demo-12&account=1001&destination=88213000123&usage=30s&${at}`,
];
