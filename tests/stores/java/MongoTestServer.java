// A server of MongoDB's wire protocol for tests, on the loopback address.
// In memory, or in the H2 file named by the first argument; on a free port, or on that of the
// second. Ends when its input ends, so that it never outlives the test run that started it.

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

public class MongoTestServer {
  /** Its own newest version answers wire version 8, which current drivers refuse. */
  private static final MongoVersion VERSION =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
          return 13;
        }
      };

  public static void main(String[] arguments) throws Exception {
    MongoBackend backend = arguments.length > 0 ? new H2Backend(arguments[0]) : new MemoryBackend();
    MongoServer server = new MongoServer(backend.version(VERSION));
    int wanted = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    server.bind("127.0.0.1", wanted);
    System.out.println("listening " + server.getLocalAddress().getPort());
    while (System.in.read() != -1) {
      // Wait for the end of the input.
    }
    server.shutdownNow();
    System.exit(0);
  }
}
