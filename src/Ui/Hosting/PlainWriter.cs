using System.Text;
using PantryChain.Domain.Identity;

namespace PantryChain.Ui.Hosting;

/// <summary>A terminal that nothing foreign can steer: whatever a command prints, control characters and what hides text come out as question marks.</summary>
/// <remarks>Commands repeat words of stores, nodes, files and relays; each is cut to a sentence where it is read, and this stands behind all of them. As thread safe as what it writes to.</remarks>
/// <param name="inner">The terminal or file.</param>
public sealed class PlainWriter(TextWriter inner) : TextWriter
{
    /// <summary>What it writes to.</summary>
    public TextWriter Inner => inner;

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => inner.Write(char.IsSurrogate(value) ? value.ToString() : Foreign.Plain(value.ToString(), lines: true));

    /// <inheritdoc />
    public override void Write(string? value) => inner.Write(Foreign.Plain(value, lines: true));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc />
    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    /// <inheritdoc />
    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override void Flush() => inner.Flush();
}
