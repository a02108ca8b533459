using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using CliWrap.Buffered;
using CliWrap;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>Every constant, size and offset of our kernel interfaces beside what a C program says that is compiled over the kernel's own headers.</summary>
public sealed class KernelAbiSpecs
{
    private const string Gpio =
        """
        SAY("GetChipInfo", GPIO_GET_CHIPINFO_IOCTL)
        SAY("GetLineInfo", GPIO_V2_GET_LINEINFO_IOCTL)
        SAY("GetLine", GPIO_V2_GET_LINE_IOCTL)
        SAY("SetConfig", GPIO_V2_LINE_SET_CONFIG_IOCTL)
        SAY("GetValues", GPIO_V2_LINE_GET_VALUES_IOCTL)
        SAY("SetValues", GPIO_V2_LINE_SET_VALUES_IOCTL)
        SAY("FlagUsed", GPIO_V2_LINE_FLAG_USED)
        SAY("FlagInput", GPIO_V2_LINE_FLAG_INPUT)
        SAY("FlagOutput", GPIO_V2_LINE_FLAG_OUTPUT)
        SAY("FlagEdgeRising", GPIO_V2_LINE_FLAG_EDGE_RISING)
        SAY("FlagEdgeFalling", GPIO_V2_LINE_FLAG_EDGE_FALLING)
        SAY("FlagPullUp", GPIO_V2_LINE_FLAG_BIAS_PULL_UP)
        SAY("FlagPullDown", GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN)
        SAY("FlagNoPull", GPIO_V2_LINE_FLAG_BIAS_DISABLED)
        SAY("AttributeFlags", GPIO_V2_LINE_ATTR_ID_FLAGS)
        SAY("AttributeOutputValues", GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES)
        SAY("EventRisingEdge", GPIO_V2_LINE_EVENT_RISING_EDGE)
        SAY("EventFallingEdge", GPIO_V2_LINE_EVENT_FALLING_EDGE)
        SAY("NameSize", GPIO_MAX_NAME_SIZE)
        SAY("MostLines", GPIO_V2_LINES_MAX)
        SAY("MostAttributes", GPIO_V2_LINE_NUM_ATTRS_MAX)
        STRUCT(ChipInfo, struct gpiochip_info)
        FIELD(ChipInfo, Name, struct gpiochip_info, name)
        FIELD(ChipInfo, Label, struct gpiochip_info, label)
        FIELD(ChipInfo, Lines, struct gpiochip_info, lines)
        STRUCT(LineAttribute, struct gpio_v2_line_attribute)
        FIELD(LineAttribute, Id, struct gpio_v2_line_attribute, id)
        FIELD(LineAttribute, Padding, struct gpio_v2_line_attribute, padding)
        FIELD(LineAttribute, Value, struct gpio_v2_line_attribute, flags)
        STRUCT(ConfigAttribute, struct gpio_v2_line_config_attribute)
        FIELD(ConfigAttribute, Attribute, struct gpio_v2_line_config_attribute, attr)
        FIELD(ConfigAttribute, Mask, struct gpio_v2_line_config_attribute, mask)
        STRUCT(LineConfig, struct gpio_v2_line_config)
        FIELD(LineConfig, Flags, struct gpio_v2_line_config, flags)
        FIELD(LineConfig, AttributeCount, struct gpio_v2_line_config, num_attrs)
        FIELD(LineConfig, Padding, struct gpio_v2_line_config, padding)
        FIELD(LineConfig, Attributes, struct gpio_v2_line_config, attrs)
        SAY("ConfigAttributes", sizeof(((struct gpio_v2_line_config *)0)->attrs))
        STRUCT(LineRequest, struct gpio_v2_line_request)
        FIELD(LineRequest, Offsets, struct gpio_v2_line_request, offsets)
        FIELD(LineRequest, Consumer, struct gpio_v2_line_request, consumer)
        FIELD(LineRequest, Config, struct gpio_v2_line_request, config)
        FIELD(LineRequest, LineCount, struct gpio_v2_line_request, num_lines)
        FIELD(LineRequest, EventBufferSize, struct gpio_v2_line_request, event_buffer_size)
        FIELD(LineRequest, Padding, struct gpio_v2_line_request, padding)
        FIELD(LineRequest, Descriptor, struct gpio_v2_line_request, fd)
        STRUCT(LineInfo, struct gpio_v2_line_info)
        FIELD(LineInfo, Name, struct gpio_v2_line_info, name)
        FIELD(LineInfo, Consumer, struct gpio_v2_line_info, consumer)
        FIELD(LineInfo, Offset, struct gpio_v2_line_info, offset)
        FIELD(LineInfo, AttributeCount, struct gpio_v2_line_info, num_attrs)
        FIELD(LineInfo, Flags, struct gpio_v2_line_info, flags)
        FIELD(LineInfo, Attributes, struct gpio_v2_line_info, attrs)
        FIELD(LineInfo, Padding, struct gpio_v2_line_info, padding)
        SAY("LineInfoAttributes", sizeof(((struct gpio_v2_line_info *)0)->attrs))
        STRUCT(LineValues, struct gpio_v2_line_values)
        FIELD(LineValues, Bits, struct gpio_v2_line_values, bits)
        FIELD(LineValues, Mask, struct gpio_v2_line_values, mask)
        STRUCT(LineEvent, struct gpio_v2_line_event)
        FIELD(LineEvent, TimestampNanoseconds, struct gpio_v2_line_event, timestamp_ns)
        FIELD(LineEvent, Id, struct gpio_v2_line_event, id)
        FIELD(LineEvent, Offset, struct gpio_v2_line_event, offset)
        FIELD(LineEvent, Sequence, struct gpio_v2_line_event, seqno)
        FIELD(LineEvent, LineSequence, struct gpio_v2_line_event, line_seqno)
        FIELD(LineEvent, Padding, struct gpio_v2_line_event, padding)
        """;

    private const string I2c =
        """
        SAY("Retries", I2C_RETRIES)
        SAY("Timeout", I2C_TIMEOUT)
        SAY("Slave", I2C_SLAVE)
        SAY("Funcs", I2C_FUNCS)
        SAY("ReadWrite", I2C_RDWR)
        SAY("Smbus", I2C_SMBUS)
        SAY("FuncI2c", I2C_FUNC_I2C)
        SAY("FuncQuick", I2C_FUNC_SMBUS_QUICK)
        SAY("FuncReadByte", I2C_FUNC_SMBUS_READ_BYTE)
        SAY("FuncWriteByte", I2C_FUNC_SMBUS_WRITE_BYTE)
        SAY("FuncReadByteData", I2C_FUNC_SMBUS_READ_BYTE_DATA)
        SAY("FuncWriteByteData", I2C_FUNC_SMBUS_WRITE_BYTE_DATA)
        SAY("FuncReadWordData", I2C_FUNC_SMBUS_READ_WORD_DATA)
        SAY("FuncWriteWordData", I2C_FUNC_SMBUS_WRITE_WORD_DATA)
        SAY("FuncReadBlock", I2C_FUNC_SMBUS_READ_I2C_BLOCK)
        SAY("FuncWriteBlock", I2C_FUNC_SMBUS_WRITE_I2C_BLOCK)
        SAY("MessageRead", I2C_M_RD)
        SAY("SmbusWrite", I2C_SMBUS_WRITE)
        SAY("SmbusRead", I2C_SMBUS_READ)
        SAY("SmbusQuick", I2C_SMBUS_QUICK)
        SAY("SmbusByte", I2C_SMBUS_BYTE)
        SAY("SmbusByteData", I2C_SMBUS_BYTE_DATA)
        SAY("SmbusWordData", I2C_SMBUS_WORD_DATA)
        SAY("SmbusI2cBlockData", I2C_SMBUS_I2C_BLOCK_DATA)
        SAY("BlockMost", I2C_SMBUS_BLOCK_MAX)
        STRUCT(Message, struct i2c_msg)
        FIELD(Message, Address, struct i2c_msg, addr)
        FIELD(Message, Flags, struct i2c_msg, flags)
        FIELD(Message, Length, struct i2c_msg, len)
        FIELD(Message, Buffer, struct i2c_msg, buf)
        STRUCT(Transfer, struct i2c_rdwr_ioctl_data)
        FIELD(Transfer, Messages, struct i2c_rdwr_ioctl_data, msgs)
        FIELD(Transfer, Count, struct i2c_rdwr_ioctl_data, nmsgs)
        STRUCT(SmbusTransfer, struct i2c_smbus_ioctl_data)
        FIELD(SmbusTransfer, ReadWrite, struct i2c_smbus_ioctl_data, read_write)
        FIELD(SmbusTransfer, Command, struct i2c_smbus_ioctl_data, command)
        FIELD(SmbusTransfer, Size, struct i2c_smbus_ioctl_data, size)
        FIELD(SmbusTransfer, Data, struct i2c_smbus_ioctl_data, data)
        STRUCT(SmbusData, union i2c_smbus_data)
        FIELD(SmbusData, Word, union i2c_smbus_data, word)
        """;

    private const string Errors =
        """
        SAY("NotPermitted", EPERM)
        SAY("NoSuchFile", ENOENT)
        SAY("NoSuchAddress", ENXIO)
        SAY("TryAgain", EAGAIN)
        SAY("PermissionDenied", EACCES)
        SAY("InUse", EBUSY)
        SAY("NoSuchDevice", ENODEV)
        SAY("InvalidArgument", EINVAL)
        SAY("NotATerminal", ENOTTY)
        SAY("NotSupported", EOPNOTSUPP)
        SAY("TimedOut", ETIMEDOUT)
        SAY("RemoteIo", EREMOTEIO)
        """;

    [CompilerTheory]
    [InlineData(typeof(GpioAbi), "linux/gpio.h", Gpio)]
    [InlineData(typeof(I2cAbi), "linux/i2c-dev.h linux/i2c.h", I2c)]
    [InlineData(typeof(BusErrors), "errno.h", Errors)]
    public async Task Every_number_that_we_assume_is_what_the_kernels_header_says(Type assumed, string headers, string body)
    {
        Dictionary<string, ulong> ours = Assumed(assumed);

        Dictionary<string, ulong> real = await Compile(headers.Split(' '), body);

        ours.Should().BeEquivalentTo(real).And.NotBeEmpty();
    }

    /// <summary>All constants, all structures' sizes and all their fields' offsets, so that nothing new goes uncompared.</summary>
    private static Dictionary<string, ulong> Assumed(Type abi)
    {
        Dictionary<string, ulong> numbers = [];
        foreach (FieldInfo constant in abi.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral))
            numbers[constant.Name] = Convert.ToUInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
        foreach (Type structure in abi.GetNestedTypes())
        {
            numbers[structure.Name] = (ulong)Marshal.SizeOf(structure);
            foreach (FieldInfo field in structure.GetFields(BindingFlags.Public | BindingFlags.Instance))
                numbers[$"{structure.Name}.{field.Name}"] = (ulong)Marshal.OffsetOf(structure, field.Name);
        }
        return numbers;
    }

    private static async Task<Dictionary<string, ulong>> Compile(string[] headers, string body)
    {
        using TempFolder folder = new();
        string source = folder.Inside("abi.c"), binary = folder.Inside("abi");
        await File.WriteAllTextAsync(source, $$"""
            #include <stddef.h>
            #include <stdio.h>
            {{string.Join('\n', headers.Select(header => $"#include <{header}>"))}}
            #define SAY(name, value) printf("%s %llu\n", name, (unsigned long long)(value));
            #define STRUCT(name, type) SAY(#name, sizeof(type))
            #define FIELD(name, field, type, member) SAY(#name "." #field, offsetof(type, member))
            int main(void)
            {
            {{body}}
                return 0;
            }
            """);
        await Run("gcc", "-Wall", "-Werror", "-o", binary, source);
        string output = await Run(binary);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(pair => pair[0], pair => ulong.Parse(pair[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        BufferedCommandResult run = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        run.ExitCode.Should().Be(0, "{0}", run.StandardError);
        return run.StandardOutput;
    }

    /// <summary>A theory that needs gcc and the kernel's headers; skipped with the reason elsewhere.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CompilerTheoryAttribute : TheoryAttribute
    {
        public CompilerTheoryAttribute()
        {
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            string[] headers = ["gpio.h", "i2c-dev.h", "i2c.h", "spi/spidev.h"];
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, "gcc"))))
                Skip = "gcc is not installed. Install it ('apt-get install gcc linux-libc-dev') to compare with the kernel's headers.";
            else if (headers.FirstOrDefault(header => !File.Exists("/usr/include/linux/" + header)) is { } missing)
                Skip = $"linux/{missing} is not installed. Install it ('apt-get install linux-libc-dev').";
        }
    }
}
