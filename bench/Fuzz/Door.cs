namespace PantryChain.Fuzz;

/// <summary>One place where bytes from outside are read, with what its reader promises.</summary>
/// <param name="Name">What is read, unique.</param>
/// <param name="Shape">What an input is made of.</param>
/// <param name="Valid">Makes a right input.</param>
/// <param name="Read">Reads an input: true when it was taken, false when it was refused in that way; throws one of <see cref="Refusals"/> otherwise.</param>
public sealed record Door(string Name, Shape Shape, Func<Dice, byte[]> Valid, Func<byte[], bool> Read)
{
    /// <summary>Exceptions that the reader documents as its refusal; no other may leave it.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [];

    /// <summary>Reads a right input and writes it again; it must come out as it went in. Null where nothing writes it.</summary>
    public Func<byte[], byte[]>? Again { get; init; }

    /// <summary>True where a right input may be refused for what it says, not for how it is written.</summary>
    public bool MayRefuseValid { get; init; }

    /// <summary>Most bytes that reading one input may allocate.</summary>
    public long MostBytes { get; init; } = 16 << 20;

    /// <inheritdoc />
    public override string ToString() => Name;
}
