using Microsoft.Extensions.Options;
using PantryChain.Ledger.Contracts;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>Holds the rules of the members against their values.</summary>
[OptionsValidator]
internal sealed partial class StoreRules : IValidateOptions<StoreOptions>;

/// <summary>Everything an operator sets in <c>store.json</c>; relative paths count from that file's folder.</summary>
/// <remarks>What a member is set to here is its default; its rule says its range.</remarks>
internal sealed record StoreOptions
{
    /// <summary>The cooperative's name in English, shown on every page.</summary>
    [PlainName]
    public string Name { get; init; } = "Chestnut Cooperative";

    /// <summary>The cooperative's name in Korean.</summary>
    [PlainName]
    public string NameKo { get; init; } = "밤나무 협동조합";

    /// <summary>Where pages and the HTTP API listen.</summary>
    /// <value>Default <c>http://127.0.0.1:8460</c>; put a reverse proxy with TLS before it in production.</value>
    [Filled]
    public string Listen { get; init; } = "http://127.0.0.1:8460";

    /// <summary>The addresses at which households call this store, such as <c>https://store.example</c>: a join that was signed for another one is refused.</summary>
    /// <value>Default none: then the address at which a connection arrives counts, which is right only where nothing stands between. Name yours behind a proxy or a tunnel.</value>
    [Origins]
    public IReadOnlyList<string> PublicUrls { get; init; } = [];

    /// <summary>Tries to join per real minute from one address; all together may try ten times as often.</summary>
    [Within(1, 10_000)]
    public int JoinTriesPerMinute { get; init; } = 60;

    /// <summary>Further names under which browsers and gateways reach the store, such as the proxy's public one. Its machine's name, <c>localhost</c> and IP addresses are always answered.</summary>
    /// <value>Host names without scheme and port; default none.</value>
    [HostNames("store.example")]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Reverse proxies before the store, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    /// <value>IP addresses or networks such as <c>127.0.0.1</c> and <c>10.0.0.0/24</c>; default none.</value>
    [ProxyAddresses]
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>How many connections the store holds.</summary>
    [ValidateObjectMembers]
    public ConnectionOptions Connections { get; init; } = new();

    /// <summary>PostgreSQL connection string as Npgsql reads it.</summary>
    [Filled("a PostgreSQL connection string such as \"Host=127.0.0.1;Database=pantry;Username=pantry\" is expected")]
    public string Database { get; init; } = "";

    /// <summary>Products and prices that <c>init</c> puts into an empty catalogue.</summary>
    public string Catalogue { get; init; } = "catalogue.json";

    /// <summary>The chain.</summary>
    [ValidateObjectMembers]
    public ChainOptions Chain { get; init; } = new();

    /// <summary>The cooperative's broker.</summary>
    [ValidateObjectMembers]
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Time limits of orders, written into the escrow contract when it is deployed.</summary>
    [ValidateObjectMembers]
    public OrderOptions Orders { get; init; } = new();

    /// <summary>How rewards are worked out.</summary>
    [ValidateObjectMembers]
    public RewardOptions Rewards { get; init; } = new();

    /// <summary>Household time of a rehearsal.</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>The clerk's way in.</summary>
    [ValidateObjectMembers]
    public ClerkOptions Clerk { get; init; } = new();

    /// <summary>Relayed calls that one gateway may ask for per household hour.</summary>
    [Within(1, 100_000)]
    public int RelaysPerHour { get; init; } = 120;

    /// <summary>Gas that the store spends in a household day on the no of people who did not join it: vetoes, refunds, revocations that need no token.</summary>
    /// <value>Default 10 000 000 (some 150 such calls), range 0 (none) to 10 000 000 000.</value>
    [Within(0, 10_000_000_000)]
    public long StrangersGasPerDay { get; init; } = 10_000_000;

    /// <summary>Gas that the store pays for one gateway's relayed calls per household day; calls that take something back are brought beyond it.</summary>
    /// <value>Default 30 000 000: above a hundred orders with their deliveries where P-256 is a precompile, some dozens where it is not; range 1 000 000 to 100 000 000 000.</value>
    [Within(1_000_000, 100_000_000_000)]
    public long RelayGasPerDay { get; init; } = 30_000_000;
}

/// <summary>How many connections the store holds: whoever can reach it must not be able to fill it.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Most at a time; further ones are closed at once. Each holds at most some 100 KiB.</summary>
    [Within(16, 100_000)]
    public int Most { get; init; } = 2000;

    /// <summary>Most of one address, an IPv6 network of 64 bits counting as one. This machine and the addresses in <c>proxies</c> have no share.</summary>
    /// <value>Default 64, range 4 to 100 000; raise it where many households come from one address that is no proxy of yours.</value>
    [Within(4, 100_000)]
    public int PerAddress { get; init; } = 64;

    /// <summary>The same as the server takes it.</summary>
    internal ConnectionBounds Bounds => new(Most, PerAddress, PerAddress);
}

/// <summary>Where the chain is and how closely the store watches it.</summary>
internal sealed record ChainOptions
{
    /// <summary>JSON-RPC over HTTP.</summary>
    [WebAddress]
    public string RpcUrl { get; init; } = "http://127.0.0.1:8545";

    /// <summary>The URL that gateways are told, where it differs from <see cref="RpcUrl"/>.</summary>
    [WebAddress]
    public string? PublicRpcUrl { get; init; }

    /// <summary>The chain that this store belongs to; another one is refused at start.</summary>
    /// <value>Default 31337, the rehearsal chain.</value>
    [Within(1, 900_000_000_000_000)]
    public long ChainId { get; init; } = (long)ContractSet.RehearsalChainId;

    /// <summary>Real milliseconds between two looks at the chain's head.</summary>
    /// <value>Default 50, range 10 to 60 000; 1000 suits a chain with blocks of some seconds.</value>
    [Within(10, 60_000)]
    public int PollMilliseconds { get; init; } = 50;

    /// <summary>Blocks that must lie on top before a log or a transaction counts.</summary>
    /// <value>Default 0, right for chains with immediate finality (QBFT, the rehearsal chain).</value>
    [Within(0, 1000)]
    public int Confirmations { get; init; }

    /// <summary>Blocks below the newest whose hashes are watched: a reorganisation within is followed back to the last shared block, a deeper one from the start.</summary>
    [Within(16, 100_000)]
    public int WatchBlocks { get; init; } = 1024;

    /// <summary>Blocks that a follower may be behind before <c>/health</c> says so.</summary>
    [Within(1, 1_000_000)]
    public int LagBlocks { get; init; } = 100;

    /// <summary>Household seconds that the stamp of a new block may differ from the store's clock before <c>/health</c> doubts the clock.</summary>
    [Within(10, 86_400)]
    public int ClockSeconds { get; init; } = 600;

    /// <summary>True on the rehearsal chain.</summary>
    internal bool IsRehearsal => ChainId == (long)ContractSet.RehearsalChainId;
}

/// <summary>The cooperative's MQTT broker and its password file.</summary>
internal sealed record BrokerOptions
{
    /// <summary>Host name or address.</summary>
    [Filled]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [Within(1, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>Host name that gateways are told, where it differs from <see cref="Host"/>.</summary>
    public string? PublicHost { get; init; }

    /// <summary>Whether the broker speaks TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>The store's own user name; the ACL lets it read every block topic and write block states and orders.</summary>
    [KeyName]
    public string Username { get; init; } = "store";

    /// <summary>The broker's <c>password_file</c>, which the store writes.</summary>
    [Filled("the file that mosquitto's password_file names is expected")]
    public string PasswordFile { get; init; } = "";

    /// <summary>The broker's <c>pid_file</c>: whom to tell that the passwords changed (SIGHUP).</summary>
    /// <value>Without it the operator has to reload the broker after every join.</value>
    public string? PidFile { get; init; }
}

/// <summary>Time limits of orders, in household seconds; each counts from the end of the one before.</summary>
internal sealed record OrderOptions
{
    /// <summary>How long the buyer may call an order off; the seller cannot accept before.</summary>
    [Within(60, 31_536_000)]
    public uint VetoSeconds { get; init; } = 86_400;

    /// <summary>How long the seller has to accept, from the end of the veto window on.</summary>
    [Within(60, 31_536_000)]
    public uint AcceptSeconds { get; init; } = 3 * 86_400;

    /// <summary>How long the seller has to ship, from accepting on.</summary>
    [Within(60, 31_536_000)]
    public uint ShipSeconds { get; init; } = 3 * 86_400;

    /// <summary>How long the seller has to record the delivery, from shipping on.</summary>
    [Within(60, 31_536_000)]
    public uint DeliverSeconds { get; init; } = 7 * 86_400;

    /// <summary>How long the buyer has to confirm or object, from the delivery record on.</summary>
    [Within(60, 31_536_000)]
    public uint ConfirmSeconds { get; init; } = 7 * 86_400;
}

/// <summary>The clock file of a rehearsal.</summary>
internal sealed record ClockOptions
{
    /// <summary>A <c>clock.json</c>; without it household time is the system's.</summary>
    public string? File { get; init; }
}

/// <summary>Where the clerk's secrets lie.</summary>
internal sealed record ClerkOptions
{
    /// <summary>The password of the desk's login page; <c>init</c> makes one up.</summary>
    [Filled]
    public string PasswordFile { get; init; } = "keys/clerk.password";

    /// <summary>The bearer token of <c>POST /desk/api</c>; <c>init</c> makes one up.</summary>
    [Filled]
    public string TokenFile { get; init; } = "keys/clerk.token";
}
