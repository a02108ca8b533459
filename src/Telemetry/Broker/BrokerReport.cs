namespace PantryChain.Telemetry.Broker;

/// <summary>How the embedded broker is.</summary>
/// <param name="Listens">Address and port of the household's door; null while it is shut.</param>
/// <param name="Trouble">What somebody must put right, or null.</param>
/// <param name="Clients">Clients that are in, without the gateway itself.</param>
/// <param name="Sessions">Sessions, with those whose clients are away.</param>
/// <param name="Retained">Retained topics.</param>
/// <param name="WaitingBytes">What waits for clients.</param>
/// <param name="Unsaved">How often the file could not be written.</param>
/// <param name="Refused">What was refused, ended or dropped since the start, by cause.</param>
public sealed record BrokerReport(
    string? Listens, string? Trouble, int Clients, int Sessions, int Retained, long WaitingBytes, long Unsaved,
    IReadOnlyDictionary<BrokerRefusal, long> Refused);

/// <summary>What keeps the embedded broker from its work.</summary>
public enum BrokerFault : byte
{
    /// <summary>Another program has its port.</summary>
    PortInUse,

    /// <summary>It cannot listen at that address.</summary>
    Address,

    /// <summary>Its certificate cannot be used.</summary>
    Certificate,

    /// <summary>It is to leave the machine and has no user with a password.</summary>
    NoUser,

    /// <summary>It is to leave the machine while everybody comes in.</summary>
    Anonymous,

    /// <summary>The users' file cannot be read.</summary>
    Users,

    /// <summary>Its own file cannot be used, so it forgets what it keeps when it stops.</summary>
    Memory,
}

/// <summary>What somebody must put right.</summary>
/// <param name="Fault">Which, for pages in other languages.</param>
/// <param name="Words">In words, with the next step.</param>
public sealed record BrokerTrouble(BrokerFault Fault, string Words);
