/*
 * Hears who asks to come in, with io.socket's socket.io-client.
 *
 *     mvn -q dependency:copy-dependencies
 *     java -cp "target/dependency/*" Listen.java [topics]
 */
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import org.json.JSONException;
import org.json.JSONObject;

public class Listen {
  static final String URL = setting("DOORSTREAM_URL", "http://127.0.0.1:8080").replaceAll("/+$", "");
  static final String CLIENT = setting("DOORSTREAM_CLIENT", "demo");
  static final String SECRET = setting("DOORSTREAM_SECRET", "demo-secret");
  static final String SYSTEM = setting("DOORSTREAM_SYSTEM", "0738b8df-329a-4d50-88e7-7a48928c4d6f");

  /** Without saying so, it would ask to go over to HTTP/2 with each request. */
  static final HttpClient http = HttpClient.newHttpClient();

  public static void main(String[] args) {
    var topics = args.length > 0
        ? List.of(args)
        : List.of("device.request.allowed", "device.request.denied", "device.request.unknown");

    // The library sends this at each connect, and looks at it then: so a reconnect has a token of its own.
    var auth = new HashMap<>(Map.of("systemId", SYSTEM));
    try {
      auth.put("token", getSystemToken());
    } catch (IOException error) {
      end(error.getMessage());
    }
    var options = IO.Options.builder().setAuth(auth).build();
    // The library does not notice that the server closes a WebSocket, until a ping of its own gets no answer.
    options.webSocketFactory = new OkHttpClient.Builder().pingInterval(Duration.ofSeconds(5)).build();

    var socket = IO.socket(URI.create(URL), options);
    socket.io().on(Manager.EVENT_RECONNECT_ATTEMPT, attempt -> auth.put("token", waitForSystemToken()));

    // A new connection has no subscriptions, so this is said after a reconnect too.
    socket.on(Socket.EVENT_CONNECT, none -> socket.emit("subscribeIsolated", json(Map.of("topics", topics))));

    socket.onAnyIncoming(said -> System.out.println(json(Map.of("topic", said[0], "event", said[1]))));

    // Comes in the place of each event that met a lapsed token. What was missed follows one renewal.
    var renewing = new AtomicBoolean();
    socket.on("invalidToken", event -> {
      if (renewing.compareAndSet(false, true))
        CompletableFuture.runAsync(() -> renew(socket)).whenComplete((done, failed) -> renewing.set(false));
    });

    // What will not pass by trying again has data with a code in it.
    socket.on(Socket.EVENT_CONNECT_ERROR, reason -> {
      if (reason[0] instanceof JSONObject refusal && refusal.has("data")) end(refusal.optString("data"));
    });

    socket.connect();
  }

  static void renew(Socket socket) {
    try {
      socket.emit("renewedToken", json(Map.of("token", getSystemToken())));
    } catch (IOException error) {
      System.err.println("The next invalidToken is another chance: " + error.getMessage());
    }
  }

  static JSONObject json(Map<String, ?> fields) {
    return new JSONObject(fields);
  }

  /** Two steps: the API client gets an id token, which is traded for a token of one system. */
  static String getSystemToken() throws IOException {
    var basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes());
    var identity = post("/oauth2/token", "Basic " + basic, "grant_type=client_credentials");
    var answer = post("/api/systems/" + SYSTEM + "/token", "Bearer " + identity.optString("id_token"), "");
    return answer.optString("token");
  }

  /** Tries until there is a server again. */
  static String waitForSystemToken() {
    while (true) {
      try {
        return getSystemToken();
      } catch (IOException error) {
        System.err.println(error.getMessage());
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
    }
  }

  static JSONObject post(String path, String authorization, String form) throws IOException {
    var request = HttpRequest.newBuilder(URI.create(URL + path))
        .timeout(Duration.ofSeconds(10))
        .header("Authorization", authorization)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form))
        .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) return new JSONObject(answer.body());
      throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
    } catch (ConnectException error) {
      throw new IOException("No server answers at " + URL, error);
    } catch (InterruptedException | JSONException error) {
      throw new IOException(error);
    }
  }

  static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  static void end(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
