using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Learning;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>How the gateway is, for anyone who may see the pages: no secrets, no stock, no amounts.</summary>
internal sealed class HealthReport(
    Household household, Troubles troubles, ShelfHealth shelf, KeptHealth kept, TimeProvider time, HomeStation? home = null, CooperativeHealth? cooperative = null)
{
    /// <summary>The report now.</summary>
    public Health Now()
    {
        TroubleWords english = new(Language.English);
        CauseReport[] causes = [.. troubles.Now().Select(trouble => new CauseReport(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(trouble.Cause.ToString()), english.What(trouble), english.Next(trouble)))];
        BlocksHealth blocks = cooperative?.Blocks() ?? new BlocksHealth(0, new BlockState(0, 0, null));
        return new Health(
            causes.Length == 0 ? "ok" : "degraded", causes, household.Gateway.Value, time.GetUtcNow(), cooperative?.IsRehearsal ?? false, shelf.Samples, kept.Last, shelf.Slots(),
            Word(home?.IsConnected), Word(cooperative?.IsConnected), blocks.Sealed, blocks.Told.Accepted, blocks.Told.Anchored, blocks.Told.Rejected?.Reason, kept.Refused, kept.Levels,
            shelf.Converters(), shelf.Readers(), shelf.Tags(), shelf.Inbox(), kept.Learning(), cooperative?.Chain(), cooperative?.Calls(), shelf.Doubts(), shelf.Climate(), kept.Broker(),
            troubles.Display is { } display ? JsonNamingPolicy.SnakeCaseLower.ConvertName(display.ToString()) : "none");
    }

    /// <summary>The report as JSON.</summary>
    public static string ToJson(Health health) => JsonSerializer.Serialize(health, HealthJson.Default.Health);

    private static string Word(bool? connected) => connected switch { null => "none", true => "connected", false => "lost" };
}

/// <summary>How sensing is: samples, slots, sensors, and what they say that cannot be or that waits for an answer.</summary>
internal sealed class ShelfHealth(ShelfBoard board, SensorBoard sensors, ClimateBoard climate, InboxBook inbox, TagDesk tags)
{
    /// <summary>Samples since the start.</summary>
    public long Samples => board.Samples;

    /// <summary>Each slot's health.</summary>
    public Dictionary<string, string> Slots() => board.Readings.ToDictionary(reading => reading.Slot.ToString(), reading => reading.Health.ToString());

    /// <summary>Each converter.</summary>
    public IReadOnlyList<SensorHealth> Converters() => [.. sensors.Converters.Select(SensorHealth.Of)];

    /// <summary>Each tag reader.</summary>
    public IReadOnlyList<SensorHealth> Readers() => [.. sensors.Readers.Select(SensorHealth.Of)];

    /// <summary>Each sensor of the air.</summary>
    public IReadOnlyList<PlaceHealth> Climate() => [.. climate.Places.Select(PlaceHealth.Of)];

    /// <summary>What tags did, by cause.</summary>
    public IReadOnlyDictionary<string, long> Tags() => SensorHealth.Counted(sensors.Tags);

    /// <summary>What waits for the member.</summary>
    public InboxHealth Inbox() => new(inbox.Open.Count, inbox.Automatic, tags.Alone, tags.Missing);

    /// <summary>What was doubted.</summary>
    public DoubtHealth Doubts() => new(board.Doubts.Together, board.Doubts.Impossible, board.Doubts.Temperatures);
}

/// <summary>How what is kept here is: the journal, levels over time, what was learnt, and what was refused at the doors.</summary>
internal sealed class KeptHealth(Journal journal, LevelDrain levels, Refusals refusals, TimeProvider time, Learner? learner = null, HolidayDesk? holidays = null, EmbeddedBroker? broker = null)
{
    /// <summary>The newest event's number.</summary>
    public ulong Last => journal.Last;

    /// <summary>Messages and requests that were refused since the start.</summary>
    public long Refused => refusals.Count;

    /// <summary>Whether levels over time are written.</summary>
    public string Levels => levels.IsFailing ? "failing" : "ok";

    /// <summary>How the home broker inside is; null where the family has its own, or none.</summary>
    public BrokerHealth? Broker() => broker?.Report() is { } report
        ? new BrokerHealth(report.Listens, report.Trouble, report.Clients, report.Sessions, report.Retained, report.WaitingBytes, report.Unsaved,
            report.Refused.ToDictionary(refusal => JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Key.ToString()), refusal => refusal.Value))
        : null;

    /// <summary>Whether times can be learnt from.</summary>
    public LearningHealth Learning()
    {
        IReadOnlyList<PatternAlarm> alarms = learner?.AlarmsAt(time.GetUtcNow()) ?? [];
        return new LearningHealth(alarms.Any(alarm => alarm.Kind == PatternAlarmKind.ClockLeapt) ? "leapt" : "ok", holidays?.Problem?.En ?? "ok");
    }
}

/// <summary>How the cooperative is seen from here: its broker, blocks, the chain's nodes, and signed calls on their way.</summary>
internal sealed class CooperativeHealth(Membership membership, CooperativeLink link, BlockBook blocks, BlockDrain drain, ChainNodes chain, CallsSight calls)
{
    /// <summary>True on the rehearsal chain.</summary>
    public bool IsRehearsal => membership.Info.Rehearsal;

    /// <summary>True while its broker is there.</summary>
    public bool IsConnected => link.Mqtt.IsConnected;

    /// <summary>How far blocks came.</summary>
    public BlocksHealth Blocks() => new(blocks.Head().Height, drain.State);

    /// <summary>Nodes with something wrong, and what the store says now and did not say at joining.</summary>
    public ChainHealth Chain() => new([.. chain.Troubles().Select(said => new NodeHealth(said.Node, said.Trouble))], membership.Doubt);

    /// <summary>How a member's no and other signed calls get on.</summary>
    public CallsHealth Calls() => calls.Now();
}

/// <summary>How signed calls get on, and what carries this device's signature and was not signed here.</summary>
internal sealed class CallsSight(RelayDesk relays, RelayBook book, OrderDrain orders, KeyWatch keys)
{
    /// <summary>The state now.</summary>
    public CallsHealth Now() => new(
        book.UnderWay().Count, orders.Trouble,
        [.. relays.Troubles().Select(said => new CallTrouble(RelayDesk.NameOf(said.Call.Kind), said.Try.Relay, said.Try.Tries, said.Try.Trouble!))], keys.Orders.Count, keys.Block);
}

/// <summary>How many blocks were sealed here, and what the store said of them last.</summary>
internal sealed record BlocksHealth(ulong Sealed, BlockState Told);

/// <summary>Why the gateway is degraded: a stable code, what is wrong, the next step.</summary>
internal sealed record CauseReport(string Cause, string What, string Next);

/// <summary>What <c>GET /health</c> answers.</summary>
internal sealed record Health(
    string Status, IReadOnlyList<CauseReport> Causes, string Gateway, DateTimeOffset At, bool Rehearsal, long Samples, ulong Journal, Dictionary<string, string> Slots, string Home, string Cooperative,
    ulong Sealed, ulong Accepted, ulong Anchored, string? Rejected, long Refused, string Levels, IReadOnlyList<SensorHealth> Converters, IReadOnlyList<SensorHealth> Readers,
    IReadOnlyDictionary<string, long> Tags, InboxHealth Inbox, LearningHealth Learning, ChainHealth? Chain, CallsHealth? Calls, DoubtHealth Doubts, IReadOnlyList<PlaceHealth> Climate, BrokerHealth? HomeBroker,
    string Display);

/// <summary>The home broker inside: where it listens and what keeps it from that, clients, sessions with those away, retained topics, what waits, how often its file took nothing, and what was refused or dropped by cause.</summary>
internal sealed record BrokerHealth(string? Listens, string? Trouble, int Clients, int Sessions, int Retained, long WaitingBytes, long Unsaved, IReadOnlyDictionary<string, long> Refused);

/// <summary>Nodes that are silent, behind, of another chain or differing, and what is odd about the store's own words; null without a cooperative.</summary>
internal sealed record ChainHealth(IReadOnlyList<NodeHealth> Nodes, string? Store);

/// <summary>What is wrong with one node.</summary>
internal sealed record NodeHealth(string Node, string Trouble);

/// <summary>How many signed calls wait for the chain, what the store or chain could not be asked last, what holds calls up, how many orders somebody else signed with this device's key, and the height of such a block.</summary>
internal sealed record CallsHealth(int UnderWay, string? Trouble, IReadOnlyList<CallTrouble> Troubles, int NotSignedHere, ulong? BlockNotSignedHere);

/// <summary>One call that one relay did not bring yet.</summary>
internal sealed record CallTrouble(string Kind, string Relay, int Tries, string Trouble);

/// <summary>Whether the clock leapt of late (then times are not learnt from and nothing is ordered), and what is wrong with the holiday file.</summary>
internal sealed record LearningHealth(string Clock, string Holidays);

/// <summary>What sensors said since the start and cannot be, and was not booked: all cells at once, levels that no stock has, temperatures that no room has.</summary>
internal sealed record DoubtHealth(long AllAtOnce, long Impossible, long Temperatures);

/// <summary>Open questions, answers that nobody gave, tags that moved without weight and packs that moved without their tag (both since the start).</summary>
internal sealed record InboxHealth(int Open, long Automatic, long TagsAlone, long TagsMissing);

/// <summary>The health report's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Health))]
internal sealed partial class HealthJson : JsonSerializerContext;
